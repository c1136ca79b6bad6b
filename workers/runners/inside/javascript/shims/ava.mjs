import { ava } from "./asserting.mjs";

export default ava;
export const test = ava;
