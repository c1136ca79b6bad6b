// How Node imports a repository's sources: TypeScript is transpiled, endings that bundlers leave out
// are found, and modules need not say in package.json that they are modules.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const ENDINGS = [".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".jsx", ".json"];
const TYPED = /\.[cm]?tsx?$/;
let tools;
let compiler;

export function initialize(given) {
  tools = given.tools;
}

// To load the compiler takes longer than most functions are called for.
function typescript() {
  return (compiler ??= createRequire(`${tools}/node_modules/`)("typescript"));
}

function found(path) {
  const bare = path.replace(/\.[cm]?jsx?$/, "");
  const tries = [path, ...ENDINGS.map((each) => path + each), ...ENDINGS.map((each) => bare + each)];
  for (const each of [...tries, ...ENDINGS.map((ending) => `${path}/index${ending}`)]) {
    if (existsSync(each) && statSync(each).isFile()) return each;
  }
  return undefined;
}

export async function resolve(name, context, next) {
  try {
    return await next(name, context);
  } catch (error) {
    if (!name.startsWith(".") || !context.parentURL) throw error;
    const path = found(fileURLToPath(new URL(name, context.parentURL)));
    if (path === undefined) throw error;
    return { url: pathToFileURL(path).href, shortCircuit: true };
  }
}

export async function load(url, context, next) {
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return next(url, context);
  const path = fileURLToPath(url);
  if (TYPED.test(path)) {
    const ts = typescript();
    const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
      fileName: path,
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        jsx: ts.JsxEmit.React,
        inlineSourceMap: true,
        experimentalDecorators: true,
      },
    });
    return { format: "module", source: outputText, shortCircuit: true };
  }
  if (path.endsWith(".js") && /^\s*(import|export)\b[^(]/m.test(readFileSync(path, "utf8"))) {
    return { format: "module", source: readFileSync(path, "utf8"), shortCircuit: true };
  }
  return next(url, context);
}
