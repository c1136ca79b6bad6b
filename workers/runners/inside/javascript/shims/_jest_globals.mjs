import { libraries } from "./written.mjs";

export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = libraries["@jest/globals"];
