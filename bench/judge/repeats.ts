/** An interval needs at least this many fresh processes; fewer give figures but no verdict. */
export const repeatsForVerdict = 3;
