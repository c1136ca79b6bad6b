// Examples of the documentation as files of tests: comments with @example, and blocks of a README,
// where what something gives stands behind it in a comment. What cannot be told for sure is left out.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ts = createRequire(path.join(settings.tools, "package.json"))("typescript");
const TYPED = /\.[cm]?tsx?$/;
const DOCUMENT = /\.(md|markdown)$/i;
const FENCE = /^```(?:js|javascript|mjs|cjs|ts|typescript)\b[^\n]*\n([^]*?)^```/gm;
const GIVES = /^\/\/\s*(?:=>|→|⇒|->|(?:returns|result|prints|output|logs)\b:?)\s*(.*)$/i;
const MODERN = /^\s*export\b/m;
const PLAIN = /^\/\/\s*(?:['"[{]|-?\d|(?:true|false|null|undefined)\s*$)/;
// What changes from run to run, or is done to the world.
const WAVERS = /\bMath\.random|\bDate\.now|new Date\(\)|\bprocess\.|\bsetTimeout|\bfetch\(|crypto|locale|\bIntl\.|\brequire\.resolve/;
// What examples call a whole library.
const WHOLE = new Set(["_", "R"]);
const MOST_LINES = 60;
const MOST_WANTED = 600;
const whole = packaged();

function packaged() {
  try {
    return JSON.parse(readFileSync("package.json", "utf8"));
  } catch {
    return {};
  }
}

// The source that the package's name stands for.
function main() {
  const entry = whole.exports?.["."] ?? whole.exports;
  const said = [entry, entry?.import, entry?.default, entry?.require, entry?.import?.default, whole.module, whole.main];
  const named = said.filter((each) => typeof each === "string").map((each) => each.replace(/^\.\//, ""));
  const bare = named.flatMap((each) => [each, `${each}.js`, `${each}/index.js`]);
  const built = named.flatMap((each) => {
    const name = path.basename(each).replace(/\.[^/]*$/, "");
    return ["src", "lib", "source", "."].flatMap((folder) => [`${folder}/${name}.ts`, `${folder}/${name}.js`]);
  });
  const usual = ["src/index.ts", "src/index.js", "index.ts", "index.js", "lib/index.js", "mod.ts", "mod.js"];
  const sources = bare.filter((each) => !/^(dist|build|cjs|umd)\//.test(each) && !each.endsWith(".d.ts"));
  return [...sources, ...built, ...usual].find((each) => /\.[cm]?[jt]sx?$/.test(each) && existsSync(each));
}

function parsed(text, name) {
  const kind = TYPED.test(name) ? ts.ScriptKind.TS : ts.ScriptKind.JS;
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, kind);
}

// A value that can be read off the text; undefined where it cannot.
function isLiteral(node) {
  if (ts.isParenthesizedExpression(node)) return isLiteral(node.expression);
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return true;
  if ([ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind)) return true;
  if (ts.isIdentifier(node)) return ["undefined", "NaN", "Infinity"].includes(node.text);
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((each) => isLiteral(each));
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.every((each) => ts.isPropertyAssignment(each) && !ts.isComputedPropertyName(each.name) && isLiteral(each.initializer));
}

function wanted(text) {
  const source = parsed(`(${text.replace(/;\s*$/, "")}\n)`, "wanted.js");
  const [first, ...more] = source.statements;
  if (source.parseDiagnostics.length || more.length || !first || !ts.isExpressionStatement(first)) return undefined;
  // People leave out a backslash, or write one too many.
  if (text.includes("\\")) return undefined;
  return isLiteral(first.expression) ? text.replace(/;\s*$/, "").trim() : undefined;
}

// What a comment behind a statement, or in the lines below it, says that it gives.
function promised(lines, last) {
  const behind = /\/\/.*$/.exec(lines[last].text.slice(lines[last].end));
  let at = behind ? last : last + 1;
  let said = behind ? behind[0] : (lines[at]?.text ?? "").trim();
  const found = GIVES.exec(said);
  // Without an arrow it has to look like a value, and to stand right behind.
  if (!found) return behind && PLAIN.test(said) ? wanted(said.slice(2)) : undefined;
  said = found[1];
  for (let more = 0; more < 12; more += 1) {
    const value = said.trim() && wanted(said);
    if (value) return value;
    at += 1;
    const next = /^\s*\/\/(.*)$/.exec(lines[at]?.text ?? "");
    if (!next || GIVES.test(lines[at].text.trim()) || said.length > MOST_WANTED) return undefined;
    said += `\n${next[1]}`;
  }
  return undefined;
}

function namesIn(node) {
  const found = { used: new Set(), bound: new Set() };
  const bind = (name) => (ts.isIdentifier(name) ? found.bound.add(name.text) : name.elements.forEach((each) => each.name && bind(each.name)));
  const visit = (each) => {
    if (ts.isIdentifier(each)) {
      const above = each.parent;
      const inner = (ts.isPropertyAccessExpression(above) && above.name === each) || (ts.isPropertyAssignment(above) && above.name === each);
      if (!inner) found.used.add(each.text);
    }
    if ((ts.isVariableDeclaration(each) || ts.isParameter(each)) && each.name) bind(each.name);
    if ((ts.isFunctionLike(each) || ts.isClassLike(each)) && each.name && ts.isIdentifier(each.name)) found.bound.add(each.name.text);
    if (ts.isImportClause(each) || ts.isImportSpecifier(each) || ts.isNamespaceImport(each)) if (each.name) found.bound.add(each.name.text);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}

// The names that a file exports, by the compiler's eyes.
const programs = new Map();
function exported(file) {
  if (!programs.has(file)) {
    const program = ts.createProgram([file], {
      allowJs: true, noEmit: true, skipLibCheck: true, types: [], noLib: true, maxNodeModuleJsDepth: 0, allowImportingTsExtensions: true,
      target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    const source = program.getSourceFile(file);
    const checker = program.getTypeChecker();
    // What is made for CommonJS is bound, but no module in the compiler's eyes.
    const symbol = source?.symbol;
    programs.set(file, new Set(symbol ? checker.getExportsOfModule(symbol).map((each) => each.name) : []));
    if (symbol?.exports?.has("export=")) programs.get(file).add("default");
  }
  return programs.get(file);
}

const camel = (name) => name.replace(/^@[^/]*\//, "").replace(/[^A-Za-z0-9]+(.)?/g, (_, each) => (each ?? "").toUpperCase());

// The module that an import of an example means, as a path from where the test stands.
function meant(from, file) {
  if (isBuiltin(from)) return from;
  if (from === whole.name) {
    const source = main();
    return source && spelled(source);
  }
  if (whole.name && from.startsWith(`${whole.name}/`)) {
    const inner = from.slice(whole.name.length + 1);
    const known = [inner, `${inner}.js`, `${inner}.ts`, `src/${inner}.ts`, `src/${inner}.js`, `${inner}/index.js`];
    const source = known.find((each) => /\.[cm]?[jt]s$/.test(each) && existsSync(each));
    return source && spelled(source);
  }
  if (!from.startsWith(".")) return undefined;
  const near = path.normalize(path.join(DOCUMENT.test(file) ? "." : path.dirname(file), from));
  const source = [near, `${near}.js`, `${near}.ts`, near.replace(/\.js$/, ".ts"), `${near}/index.js`].find((each) => /\.[cm]?[jt]sx?$/.test(each) && existsSync(each));
  return source ? spelled(source) : from === ".." || from === "." || from === "./" ? main() && spelled(main()) : undefined;
}

const spelled = (source) => `./${source.replace(/\.tsx?$/, "")}`;

function imports(statement, file) {
  const text = statement.getText();
  if (ts.isImportDeclaration(statement)) {
    const place = meant(statement.moduleSpecifier.text, file);
    return place && text.replace(statement.moduleSpecifier.getText(), JSON.stringify(place));
  }
  const required = /^(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*require\((['"])([^'"]+)\2\);?$/.exec(text);
  const place = required && meant(required[3], file);
  return place && `import ${required[1].replace(/:/g, " as ")} from ${JSON.stringify(place)};`;
}

// One block as a test: what it imports, and its statements with what they promise.
function made(block, file, before) {
  if (WAVERS.test(block.text) || block.text.split("\n").length > MOST_LINES) return undefined;
  const source = parsed(block.text, TYPED.test(file) ? "block.ts" : "block.js");
  if (source.parseDiagnostics.length) return undefined;
  const lines = block.text.split("\n").map((text) => ({ text, end: 0 }));
  const heads = [];
  const body = [];
  let count = 0;
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) || /\brequire\(/.test(statement.getText())) {
      const head = imports(statement, file);
      if (!head) return undefined;
      heads.push(head);
      continue;
    }
    if (changes(statement)) return undefined;
    const { line, character } = source.getLineAndCharacterOfPosition(statement.end);
    lines[line].end = Math.max(lines[line].end, character);
    const value = promised(lines, line);
    const checked = value && asked(statement, value);
    if (value && !checked) return undefined;
    if (value) count += 1;
    body.push(checked ?? statement.getText());
  }
  const known = namesIn(source);
  const free = [...known.used].filter((each) => !known.bound.has(each) && !(each in globalThis) && each !== "undefined");
  const more = bound(free, file, [...before, ...heads]);
  before.push(...heads.filter((each) => !before.includes(each)));
  return count && more ? { heads: [...heads, ...more], body, count } : undefined;
}

// Whether a library is changed by the example, which not all builds of it allow.
function changes(statement) {
  const inner = ts.isExpressionStatement(statement) ? statement.expression : undefined;
  return inner && ts.isBinaryExpression(inner) && /=$/.test(inner.operatorToken.getText()) && ts.isPropertyAccessExpression(inner.left);
}

// A statement that says what it gives: an expression, a printed one, or a variable.
function asked(statement, value) {
  const equal = (expression) => `assert.deepEqual(${expression}, ${value});`;
  if (ts.isExpressionStatement(statement)) {
    const inner = statement.expression;
    const printed = ts.isCallExpression(inner) && /^console\.\w+$/.test(inner.expression.getText());
    if (printed) return inner.arguments.length === 1 ? equal(inner.arguments[0].getText()) : undefined;
    return ts.isBinaryExpression(inner) && /=$/.test(inner.operatorToken.getText()) ? undefined : equal(inner.getText());
  }
  const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
  if (declared.length !== 1 || !ts.isIdentifier(declared[0].name)) return undefined;
  return `${statement.getText()}\n${equal(declared[0].name.text)}`;
}

// Imports for names that an example takes for known; undefined where one is not.
function bound(free, file, before) {
  const found = [];
  const source = DOCUMENT.test(file) ? main() : file;
  for (const name of free) {
    const earlier = before.find((each) => new RegExp(`\\b${name}\\b.* from `).test(each));
    const known = source ? exported(source) : new Set();
    const named = [camel(whole.name ?? ""), camel(path.basename(source ?? "").replace(/\..*$/, ""))];
    if (earlier) found.push(earlier);
    else if (known.has(name)) found.push(`import { ${name} } from ${JSON.stringify(spelled(source))};`);
    else if (known.has("default") && named.includes(name)) {
      found.push(`import ${name} from ${JSON.stringify(spelled(source))};`);
    } else if (main() && (WHOLE.has(name) || name === named[0])) {
      // What is no ECMAScript module is whole by its default.
      const known = exported(main());
      const names = known.has("default") || !known.size || !MODERN.test(readFileSync(main(), "utf8")) ? name : `* as ${name}`;
      found.push(`import ${names} from ${JSON.stringify(spelled(main()))};`);
    } else return undefined;
  }
  return [...new Set(found)];
}

function* blocks(file, text) {
  const line = (at) => text.slice(0, at).split("\n").length;
  if (DOCUMENT.test(file)) {
    for (const found of text.matchAll(FENCE)) yield { text: found[1], line: line(found.index) + 1, name: "" };
    return;
  }
  for (const comment of text.matchAll(/\/\*\*[^]*?\*\//g)) {
    const after = /^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\*?|const|let|var|class)\s+([\w$]+)/.exec(text.slice(comment.index + comment[0].length));
    for (const tag of comment[0].matchAll(/^[ \t]*\*[ \t]*@example\b([^]*?)(?=^[ \t]*\*[ \t]*@\w|\*\/)/gm)) {
      const plain = tag[1].replace(/<caption>[^]*?<\/caption>/, "").replace(/^[ \t]*\*[ \t]?/gm, "").replace(/^\s*```\w*[ \t]*$/gm, "");
      yield { text: plain, line: line(comment.index + tag.index), name: after?.[1] ?? "" };
    }
  }
}

function written({ heads, body }, title, typed) {
  const library = typed ? ['import { assert, test } from "vitest";'] : ['import assert from "node:assert";', 'import test from "node:test";'];
  const waits = body.some((each) => /\bawait\b/.test(each)) ? "async " : "";
  const inner = body.join("\n").split("\n").map((each) => `  ${each}`.trimEnd()).join("\n");
  return { head: [...library, ...new Set(heads)].join("\n"), test: `test(${JSON.stringify(title)}, ${waits}() => {\n${inner}\n});\n` };
}

// What counts, or is left to chance, gives something else each time that it is asked.
const HELD = `function held(given, wanted) {
  const got = given();
  try {
    assert.deepEqual(got, wanted);
  } catch (error) {
    try {
      assert.deepEqual(given(), got);
    } catch {
      throw new Error("it gives something else each time");
    }
    throw error;
  }
}
`;
const asking = (test) => test.replace(/^( *)assert\.deepEqual\(((?:(?!\bawait\b).)*), (.*)\);$/gm, (line, indent) => line.replace(`${indent}assert.deepEqual(`, `${indent}held(() => `));

const told = [];
for (const file of settings.shown) {
  const before = [];
  for (const block of blocks(file, readFileSync(file, "utf8"))) {
    const found = made(block, file, before);
    if (!found) continue;
    const typed = TYPED.test(DOCUMENT.test(file) ? (main() ?? "") : file);
    const title = `example at line ${block.line}`;
    const { head, test } = written(found, title, typed);
    const place = `${settings.prefix}${told.length}.test.${typed ? "ts" : "mjs"}`;
    writeFileSync(place, `${head}\n\n${HELD}\n${asking(test)}`);
    told.push({ id: `${file}::${title}`, place, title, promised: found.count, text: `${head}\n\n${test}` });
  }
}
writeFileSync(settings.results, JSON.stringify(told));
