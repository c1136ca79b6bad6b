import { uvuAssert } from "./asserting.mjs";

export default uvuAssert;
export const {
  equal, instance, is, match, not, ok, throws, type, unreachable,
} = uvuAssert;
