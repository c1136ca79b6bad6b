import { libraries } from "./written.mjs";

const library = libraries["node:test"];
export default library;
export const { after, afterEach, before, beforeEach, describe, it, mock, suite, test } = library;
