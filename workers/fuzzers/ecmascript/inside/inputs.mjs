// What a function is fed with: values of its parameters' types, with the words of its own source and
// of its tests.
const NAMES = [
  [/^(s|str|string|text|input|source|src|code|html|css|url|uri|path|file|line|word|name|key|query|pattern|selector|title|template|content|body|raw|date|version|range|label|expression|expr|markdown|md|json|xml|csv|header)$|(Str|String|Text|Name|Path|Url)$/, "string"],
  [/^(n|num|number|count|index|idx|i|size|length|len|width|height|depth|limit|offset|start|end|min|max|amount|ms|seconds|value[A-Z]?\d)$|(Count|Index|Size|Length)$/, "number"],
];

const NO_TEXT = /^[{[]|^(fn|func|cb|callback|done|next|handler|predicate|iteratee|compare|options|opts|config|settings|req|res|request|response|context|ctx|node|obj|object|map|list|array|items|element|el|event)$/;

function kindOf(value) {
  if (value === null) return { kind: "constant", value: null };
  if (Array.isArray(value)) {
    const of = merged(value.map(kindOf));
    return { kind: "array", of: of ?? { kind: "string" } };
  }
  if (typeof value === "object") {
    const fields = {};
    for (const [name, each] of Object.entries(value)) fields[name] = kindOf(each);
    return { kind: "object", fields };
  }
  return { kind: typeof value };
}

function merged(specs) {
  const known = new Map(specs.map((each) => [JSON.stringify(each), each]));
  if (known.size === 0) return undefined;
  return known.size === 1 ? [...known.values()][0] : { kind: "union", of: [...known.values()] };
}

// How each parameter's type is known, the surest way first; undefined where one is needed and not.
export function slots(takes, calls) {
  const found = [];
  for (const [at, each] of takes.entries()) {
    let { spec, origin } = each;
    const seen = calls.filter((call) => call.length > at).map((call) => kindOf(call[at]));
    if ((!spec || origin === "name") && seen.length) [spec, origin] = [merged(seen), "recorded"];
    const named = !spec && NAMES.find(([pattern]) => pattern.test(each.name));
    if (named) [spec, origin] = [{ kind: named[1] }, "name"];
    if (!spec && (each.optional || each.rest)) break;
    // Most functions that say nothing take text; what comes of it is a guess.
    if (!spec && !NO_TEXT.test(each.name)) [spec, origin] = [{ kind: "string" }, "name"];
    // Whoever leaves out what comes later gives undefined: what breaks then is never sure.
    if (!spec && at > 0) {
      found.missing = each.name;
      break;
    }
    if (!spec) return undefined;
    if (each.rest && spec.kind !== "array") break;
    found.push({ ...each, spec, origin });
  }
  return found;
}

export function arbitraries(fc, words, texts) {
  const letters = [..." \t\n.,:;-_/\\*+=%#@!?()[]{}<>\"'`&|^~$0123456789abcxyzABCZéß漢😀"];
  const dictionary = [...new Set([...words, ...letters])];
  const piece = fc.oneof(fc.constantFrom(...dictionary), fc.string({ maxLength: 3 }));
  const built = fc.array(piece, { maxLength: 9 }).map((each) => each.join(""));
  const ways = [{ weight: 4, arbitrary: built }, { weight: 1, arbitrary: fc.string() }];
  if (texts.length) {
    const cut = fc.tuple(fc.constantFrom(...texts), fc.nat(200), fc.nat(200), built);
    const put = cut.map(([text, from, to, middle]) => {
      const start = from % (text.length + 1);
      return text.slice(0, start) + middle + text.slice(start + (to % (text.length - start + 1)));
    });
    ways.push({ weight: 4, arbitrary: put }, { weight: 1, arbitrary: fc.constantFrom(...texts) });
  }
  const text = fc.oneof(...ways);
  const number = fc.oneof(
    fc.integer({ min: -20, max: 100 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const make = (spec) => {
    switch (spec.kind) {
      case "string":
        return text;
      case "number":
        return number;
      case "bigint":
        return fc.bigInt();
      case "boolean":
        return fc.boolean();
      case "constant":
        return fc.constant(spec.value);
      case "undefined":
        return fc.constant(undefined);
      case "bytes":
        return fc.uint8Array();
      case "date":
        return fc.date({ noInvalidDate: true });
      case "array":
        return fc.array(make(spec.of), { maxLength: 6 });
      case "tuple":
        return fc.tuple(...spec.of.map(make));
      case "union":
        return fc.oneof(...spec.of.map(make));
      case "record":
        return fc.dictionary(fc.constantFrom(...dictionary), make(spec.of), { maxKeys: 4, noNullPrototype: true });
      default: {
        const names = Object.keys(spec.fields);
        const fields = Object.fromEntries(names.map((each) => [each, make(spec.fields[each])]));
        const requiredKeys = names.filter((each) => !spec.fields[each].optional);
        return fc.record(fields, { requiredKeys, noNullPrototype: true });
      }
    }
  };
  return make;
}

// Lists of arguments: optional ones are left out from the end.
export function given(fc, slots, make) {
  const whole = slots.map((each) => make(each.spec));
  const least = slots.findIndex((each) => each.optional || each.rest);
  const all = fc.tuple(...whole);
  if (least < 0) return all;
  return fc.tuple(all, fc.integer({ min: least, max: slots.length })).map(([values, count]) => {
    const kept = values.slice(0, count);
    return slots[count - 1]?.rest ? [...kept.slice(0, -1), ...kept.at(-1)] : kept;
  });
}
