// The one configuration that ESLint sees: a repository's own is a program, and is not run.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const parser = await import(
  pathToFileURL(`${process.env.PONDER_NODE}/node_modules/@typescript-eslint/parser/dist/index.js`)
);
const rules = JSON.parse(readFileSync(new URL("./rules.json", import.meta.url), "utf8"));
const languageOptions = {
  parser: parser.default ?? parser,
  parserOptions: { ecmaFeatures: { jsx: true }, sourceType: "module" },
};
export default [
  { files: ["**/*.{js,jsx,mjs,cjs}"], languageOptions, rules },
  {
    files: ["**/*.{ts,tsx,mts,cts}"],
    languageOptions,
    // Overloads and declarations of TypeScript are no duplicates.
    rules: { ...rules, "no-dupe-class-members": 0, "no-func-assign": 0, "no-import-assign": 0 },
  },
];
