// Values as JSON that says what JSON cannot, and back.
export function packed(value) {
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { $: "number", v: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (typeof value === "bigint") return { $: "bigint", v: String(value) };
  if (value instanceof Uint8Array) return { $: "bytes", v: Buffer.from(value).toString("base64") };
  if (value instanceof Date) return { $: "date", v: String(value.getTime()) };
  if (Array.isArray(value)) return value.map(packed);
  if (value !== null && typeof value === "object") {
    const made = {};
    for (const [name, each] of Object.entries(value)) made[name.replace(/^\$/, "$$$$")] = packed(each);
    return made;
  }
  return value;
}

export function unpacked(raw) {
  if (Array.isArray(raw)) return raw.map(unpacked);
  if (raw === null || typeof raw !== "object") return raw;
  if (raw.$ === "undefined") return undefined;
  if (raw.$ === "number") return Number(raw.v);
  if (raw.$ === "bigint") return BigInt(raw.v);
  if (raw.$ === "bytes") return new Uint8Array(Buffer.from(raw.v, "base64"));
  if (raw.$ === "date") return new Date(Number(raw.v));
  const made = {};
  for (const [name, each] of Object.entries(raw)) made[name.replace(/^\$\$/, "$")] = unpacked(each);
  return made;
}
