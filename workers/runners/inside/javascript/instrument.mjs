// Rewrites files so that each statement says that it runs. Nothing moves to another line.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export function instrument(tools, root, files, write) {
  const ts = createRequire(path.join(tools, "package.json"))("typescript");
  for (const file of files) {
    const full = path.join(root, file);
    const text = readFileSync(full, "utf8");
    const { made, lines } = counted(ts, file, text);
    writeFileSync(full, made);
    write({ statements: file, lines: [...lines].sort((one, other) => one - other) });
  }
}

function counted(ts, file, text) {
  const kind = ts.ScriptKind[/\.[cm]?tsx?$/.test(file) ? (file.endsWith("x") ? "TSX" : "TS") : "JSX"];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
  const lines = new Set();
  const edits = [];
  const name = JSON.stringify(file);

  function call(node) {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    lines.add(line);
    return `globalThis.__ponder?.(${name},${line})`;
  }
  function insert(at, what) {
    edits.push([at, edits.length, what]);
  }
  function expression(node) {
    insert(node.getStart(source), `(${call(node)},`);
    insert(node.end, ")");
  }
  function alone(node) {
    if (!node || ts.isBlock(node)) return;
    insert(node.getStart(source), `{${call(node)};`);
    insert(node.end, "}");
  }
  function statements(list, mayHaveDirectives) {
    let first = mayHaveDirectives;
    for (const each of list) {
      first = first && ts.isExpressionStatement(each) && ts.isStringLiteral(each.expression);
      if (!first && runs(each)) insert(each.getStart(source), `${call(each)};`);
    }
  }
  function runs(node) {
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    if (modifiers.some((each) => each.kind === ts.SyntaxKind.DeclareKeyword)) return false;
    const quiet = [
      ts.isFunctionDeclaration, ts.isClassDeclaration, ts.isImportDeclaration, ts.isInterfaceDeclaration,
      ts.isTypeAliasDeclaration, ts.isExportDeclaration, ts.isImportEqualsDeclaration, ts.isEmptyStatement,
      ts.isModuleDeclaration, ts.isBlock, ts.isLabeledStatement, ts.isNotEmittedStatement,
    ];
    return !quiet.some((is) => is?.(node));
  }
  function visit(node) {
    if (ts.isSourceFile(node)) statements(node.statements, true);
    else if (ts.isBlock(node)) statements(node.statements, ts.isFunctionLike(node.parent));
    else if (ts.isModuleBlock(node) || ts.isCaseOrDefaultClause(node)) statements(node.statements, false);
    else if (ts.isIfStatement(node)) [node.thenStatement, node.elseStatement].forEach(alone);
    else if (ts.isIterationStatement(node, false)) alone(node.statement);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) expression(node.body);
    if (ts.isInterfaceDeclaration(node) || ts.isTypeNode(node)) return;
    ts.forEachChild(node, visit);
  }
  visit(source);
  // What ends at a place comes before what begins there.
  edits.sort((one, other) => one[0] - other[0] || ends(other) - ends(one) || one[1] - other[1]);
  let made = "";
  let at = 0;
  for (const [where, , what] of edits) {
    made += text.slice(at, where) + what;
    at = where;
  }
  return { made: made + text.slice(at), lines };
}

function ends([, , what]) {
  return what === ")" || what === "}" ? 1 : 0;
}
