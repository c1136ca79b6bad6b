import { tap } from "./asserting.mjs";

export default tap;
export const test = tap;
export const t = tap;
