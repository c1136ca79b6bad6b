// What the TypeScript compiler says that names mean.
//
// node judge_typescript.mjs TYPESCRIPT TREE COUNT → a line of JSON for each sampled reference, as
// judge_python.py writes them.

import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";

const [modules, top, count] = process.argv.slice(2);
const ts = createRequire(path.join(modules, "index.js"))("typescript");
const tree = fs.realpathSync(top);

function sources(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(full);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [full] : [];
  });
}

const files = sources(tree).sort();
const options = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
};
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => files,
  getScriptVersion: () => "1",
  getScriptSnapshot: (name) =>
    fs.existsSync(name) ? ts.ScriptSnapshot.fromString(fs.readFileSync(name, "utf8")) : undefined,
  getCurrentDirectory: () => tree,
  getDefaultLibFileName: (chosen) => ts.getDefaultLibFilePath(chosen),
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
});
const program = service.getProgram();

function isDeclared(node) {
  return node.parent && node.parent.name === node && !ts.isPropertyAccessExpression(node.parent)
    && !ts.isImportSpecifier(node.parent) && !ts.isExportSpecifier(node.parent)
    && !ts.isImportClause(node.parent) && !ts.isNamespaceImport(node.parent);
}

const places = [];
for (const name of files) {
  const source = program.getSourceFile(name);
  const visit = (node) => {
    if (ts.isIdentifier(node) && node.text && !isDeclared(node)) places.push([name, node.getStart(source)]);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function random(seed) {  // mulberry32
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const next = random(0);
for (let left = places.length; left > 1; left--) {
  const other = Math.floor(next() * left);
  [places[left - 1], places[other]] = [places[other], places[left - 1]];
}
const sample = places.slice(0, Number(count));
sample.sort((a, b) => (a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? -1 : 1));

const LOCAL = new Set([ts.ScriptElementKind.parameterElement, ts.ScriptElementKind.localVariableElement,
  ts.ScriptElementKind.typeParameterElement]);

function verdictOf(found) {
  if (!found.fileName.startsWith(tree + path.sep) || found.fileName.includes("node_modules")) return "outside";
  const source = program.getSourceFile(found.fileName);
  if (LOCAL.has(found.kind)) return "local";
  if (found.kind === "alias" || found.kind === "module") return "alias";
  let node = ts.getTokenAtPosition ? ts.getTokenAtPosition(source, found.textSpan.start) : null;
  if (["const", "let", "var", "alias"].includes(found.kind)) {
    for (; node; node = node.parent) if (ts.isFunctionLike(node)) return "local";
  }
  return "inside";
}

// The compiler stops at an import of a whole module, and at one that it cannot follow.
function aliased(name, at) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(name);
  let node = source;
  for (let inner = source; inner; ) {
    node = inner;
    inner = ts.forEachChild(node, (child) => (child.getStart(source) <= at && at < child.end ? child : undefined));
  }
  let symbol = checker.getSymbolAtLocation(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declared = symbol?.declarations?.[0];
  const file = declared?.getSourceFile();
  if (!file || !file.fileName.startsWith(tree + path.sep)) return ["outside", "", 0];
  const line = declared === file ? 1 : file.getLineAndCharacterOfPosition((declared.name ?? declared).getStart(file)).line + 1;
  return ["inside", path.relative(tree, file.fileName), line];
}

for (const [name, at] of sample) {
  const source = program.getSourceFile(name);
  const found = (service.getDefinitionAtPosition(name, at) || []).map((each) => {
    const file = program.getSourceFile(each.fileName);
    const line = file.getLineAndCharacterOfPosition(each.textSpan.start).line + 1;
    return [verdictOf(each), path.relative(tree, each.fileName), line];
  }).map((each) => (each[0] === "alias" ? aliased(name, at) : each));
  const verdict = ["inside", "local", "outside"].find((kind) => found.some((each) => each[0] === kind)) || "unknown";
  const where = source.getLineAndCharacterOfPosition(at);
  const text = /^[\w$]+/.exec(source.text.slice(at))?.[0] ?? "";
  const definitions = verdict === "outside" ? [] : found.filter((each) => each[0] === verdict).map((each) => each.slice(1));
  console.log(JSON.stringify({ path: path.relative(tree, name), line: where.line + 1, column: where.character,
    name: text, verdict, definitions }));
}
