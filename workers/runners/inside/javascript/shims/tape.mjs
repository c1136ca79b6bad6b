import { tape } from "./asserting.mjs";

export default tape;
export const test = tape;
