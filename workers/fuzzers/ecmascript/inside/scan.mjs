// What functions take, by their types and comments, and calls of them that tests spell out.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ts = createRequire(`${settings.tools}/node_modules/`)("typescript");
const DEEPEST = 4;
const MOST_CALLS = 40;
const MOST_TEXTS = 60;

const wanted = new Map(settings.targets.map((each) => [`${each.path}#${each.symbol}`, each]));
const roots = [...new Set([...settings.targets.map((each) => each.path), ...settings.tests])];
const program = ts.createProgram(roots, {
  allowJs: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  maxNodeModuleJsDepth: 0,
  allowImportingTsExtensions: true,
  jsx: ts.JsxEmit.Preserve,
});
const checker = program.getTypeChecker();

function spec(type, deep = 0) {
  const has = (flag) => (type.flags & flag) !== 0;
  if (type.isUnion()) {
    const of = type.types.map((each) => spec(each, deep));
    return of.every(Boolean) ? { kind: "union", of } : undefined;
  }
  if (has(ts.TypeFlags.StringLiteral | ts.TypeFlags.NumberLiteral)) {
    return { kind: "constant", value: type.value };
  }
  if (has(ts.TypeFlags.BooleanLiteral)) {
    return { kind: "constant", value: checker.typeToString(type) === "true" };
  }
  if (has(ts.TypeFlags.StringLike)) return { kind: "string" };
  if (has(ts.TypeFlags.NumberLike)) return { kind: "number" };
  if (has(ts.TypeFlags.BooleanLike)) return { kind: "boolean" };
  if (has(ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return { kind: "undefined" };
  if (has(ts.TypeFlags.Null)) return { kind: "constant", value: null };
  if (has(ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return undefined;
  return deep > DEEPEST ? undefined : structured(type, deep);
}

function structured(type, deep) {
  const name = type.symbol?.name ?? "";
  if (checker.isTupleType(type)) {
    const of = checker.getTypeArguments(type).map((each) => spec(each, deep + 1));
    return of.every(Boolean) ? { kind: "tuple", of } : undefined;
  }
  if (checker.isArrayType(type)) {
    const of = spec(checker.getTypeArguments(type)[0], deep + 1);
    return of && { kind: "array", of };
  }
  if (["Uint8Array", "Buffer", "ArrayBuffer"].includes(name)) return { kind: "bytes", name };
  if (name === "Date") return { kind: "date" };
  if (type.getCallSignatures().length || type.getConstructSignatures().length) return undefined;
  if (type.isClass() || !type.symbol || /^(RegExp|Map|Set|Promise|Error)$/.test(name)) return undefined;
  const index = type.getStringIndexType();
  const fields = {};
  for (const each of type.getProperties()) {
    const at = each.valueDeclaration ?? each.declarations?.[0];
    if (!at) return undefined;
    const made = spec(checker.getTypeOfSymbolAtLocation(each, at), deep + 1);
    const optional = (each.flags & ts.SymbolFlags.Optional) !== 0;
    if (!made && !optional) return undefined;
    if (made) fields[each.name] = { ...made, optional };
  }
  const of = index && spec(index, deep + 1);
  return of ? { kind: "record", of } : { kind: "object", fields };
}

// What a comment leaves open: whatever comes of such values is a guess.
const SCALAR = { kind: "union", of: [{ kind: "string" }, { kind: "number" }] };
const OPEN = new Map([
  ["Array", { kind: "array", of: SCALAR }],
  ["Object", { kind: "record", of: SCALAR }],
  ["*", SCALAR],
]);

function signature(declaration) {
  const found = checker.getSignatureFromDeclaration(declaration);
  return declaration.parameters.map((each, at) => {
    const symbol = found?.parameters[at];
    const type = symbol && checker.getTypeOfSymbolAtLocation(symbol, declaration);
    const said = each.type || ts.getJSDocType(each);
    const optional = Boolean(each.initializer || each.questionToken || ts.getJSDocParameterTags(each).some((tag) => tag.isBracketed));
    const made = type && spec(type);
    const rest = Boolean(each.dotDotDotToken);
    const open = said && !made && !rest ? OPEN.get(said.getText().replace(/[?!=]/g, "")) : undefined;
    const origin = open ? "name" : said ? "annotation" : each.initializer ? "default" : "";
    const known = made ?? open;
    return { name: each.name.getText(), spec: known, origin: known ? origin : "", optional, rest };
  });
}

function told(node) {
  return ts.getJSDocCommentsAndTags(node).map((each) => each.getText()).join("\n").slice(0, 4000);
}

const NONE = Symbol("none");
function literal(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const inner = literal(node.operand);
    return typeof inner === "number" ? -inner : NONE;
  }
  if (ts.isArrayLiteralExpression(node)) {
    const items = node.elements.map(literal);
    return items.includes(NONE) ? NONE : items;
  }
  if (ts.isObjectLiteralExpression(node)) {
    const made = {};
    for (const each of node.properties) {
      if (!ts.isPropertyAssignment(each) || ts.isComputedPropertyName(each.name)) return NONE;
      const value = literal(each.initializer);
      if (value === NONE || each.name.text === "__proto__") return NONE;
      made[each.name.text] = value;
    }
    return made;
  }
  return NONE;
}

function constructing(name, node) {
  const made = node.members.find(ts.isConstructorDeclaration);
  return made ? signature(made) : [];
}

const functions = Object.create(null);
function declared(path, symbol, node, owner) {
  const known = wanted.get(`${path}#${symbol}`);
  if (!known || functions[known.id]) return;
  functions[known.id] = {
    takes: signature(node),
    told: told(owner && !ts.isFunctionLike(owner) ? owner : node),
    isStatic: (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0,
    words: words(node),
  };
}

function words(node) {
  const found = new Set();
  const visit = (each) => {
    if (ts.isStringLiteralLike(each) && each.text && each.text.length < 20) found.add(each.text);
    if (ts.isRegularExpressionLiteral(each)) {
      for (const letter of each.text.replace(/\\[a-zA-Z]/g, "")) found.add(letter);
    }
    ts.forEachChild(each, visit);
  };
  visit(node);
  return [...found].slice(0, 60);
}

function sources(path, node) {
  const visit = (each) => {
    if (ts.isFunctionDeclaration(each)) declared(path, each.name?.text ?? "default", each, each);
    if (ts.isVariableDeclaration(each) && each.initializer && ts.isFunctionLike(each.initializer)) {
      declared(path, each.name.getText(), each.initializer, each.parent.parent);
    }
    if (ts.isBinaryExpression(each) && ts.isFunctionLike(each.right)) {
      const name = ts.isPropertyAccessExpression(each.left) ? each.left.name.text : "";
      declared(path, name === "exports" ? "default" : name, each.right, each.parent);
      if (name === "exports" && each.right.name) declared(path, each.right.name.text, each.right, each.parent);
    }
    if (ts.isExportAssignment(each) && ts.isFunctionLike(each.expression)) {
      declared(path, "default", each.expression, each);
    }
    if (ts.isClassDeclaration(each) && each.name) {
      for (const member of each.members.filter(ts.isMethodDeclaration)) {
        const symbol = `${each.name.text}.${member.name.getText()}`;
        declared(path, symbol, member, member);
        const known = wanted.get(`${path}#${symbol}`);
        if (known && functions[known.id]) {
          functions[known.id].making = constructing(each.name.text, each);
        }
      }
    }
    if (ts.isSourceFile(each) || ts.isVariableStatement(each) || ts.isVariableDeclarationList(each) || ts.isExpressionStatement(each)) {
      ts.forEachChild(each, visit);
    }
  };
  visit(node);
}

const calls = Object.create(null);
const texts = Object.create(null);
const all = new Set();
function spelled(path, node) {
  const here = [];
  const named = new Set();
  const visit = (each) => {
    if (ts.isStringLiteralLike(each) && each.text.length < 500) here.push(each.text);
    if (ts.isCallExpression(each)) {
      const callee = each.expression;
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
      if (/^\w+$/.test(name)) {
        named.add(name);
        const given = each.arguments.map(literal);
        const known = (calls[name] ??= []);
        if (given.length && !given.includes(NONE) && known.length < MOST_CALLS) known.push(given);
      }
    }
    ts.forEachChild(each, visit);
  };
  visit(node);
  for (const each of here) if (each && all.size < MOST_TEXTS) all.add(each);
  for (const name of named) texts[name] = [...(texts[name] ?? []), ...here].slice(0, 200);
}

const isTest = new Set(settings.tests);
for (const file of program.getSourceFiles()) {
  const path = file.fileName.replace(`${process.cwd()}/`, "");
  if (!roots.includes(path)) continue;
  if (isTest.has(path)) spelled(path, file);
  else sources(path, file);
}
for (const [key, each] of wanted) {
  const made = functions[each.id];
  if (!made) continue;
  const names = each.symbol === "default" ? each.called : [each.symbol.split(".").pop()];
  made.calls = names.flatMap((name) => calls[name] ?? []);
  made.texts = names.flatMap((name) => texts[name] ?? []);
  // What its sisters take is better than nothing.
  if (!made.texts.length) made.texts = [...all];
}
writeFileSync(settings.results, JSON.stringify(functions));
