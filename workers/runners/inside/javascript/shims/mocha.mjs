import { libraries } from "./written.mjs";

const library = libraries.mocha;
export default library;
export const { after, afterEach, before, beforeEach, context, describe, it, specify, test } = library;
