/** An hour in fifteen seconds: Lambda's 15 minutes are 3.75 s, and a start of half a second takes two minutes. */
export const hourFactor = 240;
/** 300 s are 2.5 s. */
export const defaultFactor = 120;
