import { uvu } from "./asserting.mjs";

export default uvu;
export const { suite, test } = uvu;
