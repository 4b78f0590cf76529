import { z } from 'zod';
import { ci, instant, measureName, number, text, whole } from './run-schema-words.ts';

// What run.json says of the machine, and of what its generator can resolve.

const cpuList = z.array(z.int().nonnegative());

export const environmentSchema = z
	.strictObject({
		node: text('version of Node'),
		v8: text('version of V8'),
		packages: z
			.record(z.string(), z.string())
			.meta({ description: 'versions of the packages that can change a figure or a picture' }),
		os: text('name of the system'),
		kernel: text('version of the kernel'),
		arch: text('of the processor: x64, arm64'),
		cpuModel: text('as the system names it'),
		cpus: whole('CPUs that the run could use'),
		memoryMb: number('MB that it could use: 1 MB is 1024 KB'),
		fdLimit: number('file descriptors per process, the soft limit'),
		ephemeralPorts: whole('ports for outgoing connections'),
		placement: z
			.strictObject({
				pinned: z.boolean(),
				target: cpuList.meta({ description: 'CPUs of the target; empty where nothing is pinned' }),
				swarm: cpuList.meta({ description: 'CPUs of the generator' }),
				note: text('the same in a sentence'),
			})
			.meta({ description: 'which CPUs belong to whom' }),
		loadAverage1: number('load average of the last minute when the run began'),
		busyCpus: number('CPUs that were busy with something else just before the first trial'),
		git: z
			.strictObject({
				head: text('the commit of the harness'),
				dirty: z.boolean().meta({ description: 'files differed from it' }),
			})
			.nullable()
			.meta({ description: 'null outside of a checkout' }),
		missing: z.array(z.string()).meta({ description: 'figures that this machine cannot give, a sentence each' }),
	})
	.meta({ id: 'environment', description: 'what the machine and the software were' });

export const calibratedMachineSchema = z
	.strictObject({
		cpuModel: z.string(),
		cpus: z.number(),
		node: z.string(),
		kernel: z.string(),
		harness: text('commit, with `+` where files differed from it'),
		busyCpus: number('CPUs that were busy with something else'),
	})
	.meta({ description: 'where it holds' });

const resolved = (description: string) =>
	z.strictObject({ value: z.number(), ci: ci.exactOptional() }).meta({ description });

const perS = number('median over the repeats, per second');

export const calibrationRecordSchema = z
	.strictObject({
		schema: z.literal(1),
		measuredAt: instant('when it began'),
		durationMs: number('how long it took, in ms'),
		machine: calibratedMachineSchema,
		profile: z.string(),
		repeats: z.number(),
		verifiedCallsPerS: number('calls per second of one worker on one core, every answer checked'),
		serverCpuShare: number('% of its CPU that the server used meanwhile'),
		autocannonPerS: perS,
		ratioToAutocannon: resolved('our calls ÷ its requests'),
		contenders: z.array(z.strictObject({ id: z.string(), title: z.string(), perS, ratio: resolved('ours ÷ theirs') })),
		kbPerHeldStream: number('KB of a worker’s private memory per held SSE session'),
		connectsPerS: number('sessions that one worker opens per second'),
		connectRatio: number('the same ÷ a bare loop over undici'),
		historyCostShare: number('share, 0 to 1, of the calls per second that the history costs'),
		intervals: z.strictObject({
			connectRatio: ci.exactOptional(),
			historyCostShare: ci.exactOptional(),
			kbPerHeldStream: ci.exactOptional(),
		}),
		timing: z.array(
			z.strictObject({
				case: text('server and figure'),
				expectedUs: z.number(),
				measuredUs: z.number(),
				toleranceUs: z.number(),
				within: z.boolean(),
				disturbed: text('why it is not to be trusted').exactOptional(),
			}),
		),
		spread: z.array(
			z.strictObject({
				scenario: z.string(),
				measure: measureName,
				ratio: resolved('A′ ÷ A, of one target under two names'),
				perRepeat: number('standard deviation of one repeat, relative'),
			}),
		),
	})
	.meta({ id: 'calibration', description: 'what the generator of this machine can resolve, as `calibrate` found it' });
