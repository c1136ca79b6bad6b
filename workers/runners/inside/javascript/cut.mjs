// A test with what it needs, cut out of its file: other tests are left out, and what only they use.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const asked = JSON.parse(readFileSync(".ponder/cut.json", "utf8"));
const ts = createRequire(path.join(asked.tools, "package.json"))("typescript");
const typed = /\.[cm]?tsx?$/.test(asked.path);
const kind = asked.path.endsWith("x") ? ts.ScriptKind.TSX : typed ? ts.ScriptKind.TS : ts.ScriptKind.JSX;
const source = ts.createSourceFile(asked.path, asked.text, ts.ScriptTarget.Latest, true, kind);
const TEST = /^(it|test|specify|xit|xtest|fit|tape)\b/;
const GROUP = /^(describe|context|suite|xdescribe|fdescribe)\b/;

function callOf(statement) {
  let node = statement.expression;
  if (ts.isAwaitExpression(node ?? statement)) node = node.expression;
  return ts.isExpressionStatement(statement) && ts.isCallExpression(node) ? node : undefined;
}

function calledName(call) {
  return call.expression.getText(source);
}

// Whether a title may be the name: '%s' and the like stand for anything.
function titled(call, name) {
  const first = call.arguments[0];
  if (!first) return false;
  if (!ts.isStringLiteralLike(first)) return !ts.isFunctionLike(first);
  if (first.text === name) return true;
  const pattern = first.text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/%[a-zA-Z]|%#|\\\$\w+/g, ".*");
  return /%|\$/.test(first.text) && new RegExp(`^${pattern}$`, "s").test(name);
}

// What only mocha understands, and what does not matter for one test.
function isTiming(statement) {
  return /^this\s*\.\s*(timeout|slow|retries)\s*\([^()]*\);?$/.test(statement.getText(source));
}

// What to leave out of a list of statements, so that the test of these names alone is left.
function others(statements, names, gone) {
  for (const statement of statements) {
    const call = callOf(statement);
    if (isTiming(statement)) gone.add(statement);
    if (!call) continue;
    const name = calledName(call);
    if (GROUP.test(name)) {
      const body = call.arguments.find((each) => ts.isFunctionLike(each))?.body;
      if (names.length > 1 && titled(call, names[0]) && body?.statements) others(body.statements, names.slice(1), gone);
      else if (!(names.length > 1 && titled(call, names[0]))) gone.add(statement);
    } else if (TEST.test(name) && !(names.length === 1 && titled(call, names[0]))) gone.add(statement);
    else if (TEST.test(name)) {
      const body = call.arguments.find((each) => ts.isFunctionLike(each))?.body;
      for (const each of body?.statements ?? []) if (isTiming(each)) gone.add(each);
    }
  }
  return gone;
}

function namesIn(node, gone, found = new Set()) {
  if (gone.has(node)) return found;
  if (ts.isIdentifier(node)) found.add(node.text);
  ts.forEachChild(node, (each) => void namesIn(each, gone, found));
  return found;
}

function bound(statement) {
  const found = [];
  const take = (name) => (ts.isIdentifier(name) ? found.push(name.text) : name.elements.forEach((e) => e.name && take(e.name)));
  if (ts.isVariableStatement(statement)) statement.declarationList.declarations.forEach((each) => take(each.name));
  else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) take(statement.name);
  else if (ts.isImportDeclaration(statement) && statement.importClause) {
    const clause = statement.importClause;
    if (clause.name) take(clause.name);
    if (clause.namedBindings?.elements) clause.namedBindings.elements.forEach((each) => take(each.name));
    else if (clause.namedBindings) take(clause.namedBindings.name);
  }
  return found;
}

// Declarations at the top that nothing left uses; once more until nothing changes.
function unused(gone) {
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const statement of source.statements) {
      const names = bound(statement);
      if (gone.has(statement) || !names.length) continue;
      const used = new Set();
      for (const other of source.statements) if (other !== statement) namesIn(other, gone, used);
      if (!names.some((name) => used.has(name))) gone.add(statement);
    }
  }
  return gone;
}

// What is imported from beside the file, from the root instead.
function told(gone) {
  const edits = [];
  const above = path.posix.dirname(asked.path);
  const visit = (node) => {
    if (gone.has(node)) return void edits.push([node.getFullStart(), node.end, ""]);
    if (ts.isStringLiteral(node) && /^\.{1,2}(\/|$)/.test(node.text) && isImport(node)) {
      const moved = path.posix.normalize(path.posix.join(above, node.text));
      const from = moved === "." || moved === "./" ? "./" : moved.startsWith(".") ? moved : `./${moved}`;
      edits.push([node.getStart(source), node.end, JSON.stringify(from)]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let made = "";
  let at = 0;
  for (const [start, end, text] of edits) {
    made += asked.text.slice(at, start) + text;
    at = end;
  }
  return (made + asked.text.slice(at)).replace(/^\s+/, "") ;
}

function isImport(node) {
  const above = node.parent;
  if (ts.isImportDeclaration(above) || ts.isExportDeclaration(above)) return true;
  return ts.isCallExpression(above) && /^(require|import|\w+\.mock|\w+\.resolve)$/.test(calledName(above));
}

// Names that another test runner makes global come from one that everybody has: Node's own, or
// vitest where something is expected with `expect`.
function withImports(text, gone) {
  const used = namesIn(source, gone);
  const known = new Set(source.statements.filter((each) => !gone.has(each)).flatMap(bound));
  const wanted = ["after", "afterAll", "afterEach", "before", "beforeAll", "beforeEach", "describe", "expect", "it", "test"];
  const names = wanted.filter((name) => used.has(name) && !known.has(name));
  const ours = /\bthis\b|\bjest\b/.test(text) || /\b(it|test)\([^]*?(function\s*\(\w|\(?\w+\)?\s*=>)/.test(text);
  const modern = typed || asked.path.endsWith(".mjs") || source.statements.some((each) => ts.isImportDeclaration(each));
  if (!names.length || ours) return text;
  const vitest = used.has("expect") || names.some((name) => name.endsWith("All"));
  if (vitest && !modern) return text;
  const from = JSON.stringify(vitest ? "vitest" : "node:test");
  const made = modern ? `import { ${names.join(", ")} } from ${from};` : `const { ${names.join(", ")} } = require(${from});`;
  return `${made}\n${text}`;
}

const gone = others(source.statements, asked.names, new Set());
const few = unused(new Set(gone));
console.log(JSON.stringify([withImports(told(few), few), withImports(told(gone), gone)]));
