/**
 * Node's HTTP, as it is. An `import` of it would evaluate all that it offers lazily too, Node's own undici and the Web streams: a
 * third of the CPU time of a start.
 */
export const http = process.getBuiltinModule('node:http');
