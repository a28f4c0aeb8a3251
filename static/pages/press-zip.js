// The archive that the service answers with: a zip whose files are stored as they are.
// @ts-check

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const FILE = 0x04034b50;
/** Bytes of the end of the directory, without a comment; and the longest comment. */
const END_BYTES = 22;
const COMMENT_BYTES = 65535;

/** The files of an archive by their names. @param {ArrayBuffer} archive @returns {Map<string, Uint8Array<ArrayBuffer>>} */
export function filesOf(archive) {
  const view = new DataView(archive);
  const word = (/** @type {number} */ at) => view.getUint16(at, true);
  const long = (/** @type {number} */ at) => view.getUint32(at, true);
  let end = archive.byteLength - END_BYTES;
  const least = Math.max(0, end - COMMENT_BYTES);
  while (end >= least && long(end) !== END) end -= 1;
  if (end < least) throw new Error("no zip archive");
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const files = new Map();
  let at = long(end + 16);
  for (let left = word(end + 10); left > 0; left -= 1) {
    if (long(at) !== ENTRY) throw new Error("a damaged zip archive");
    const [method, bytes, size, length] = [word(at + 10), long(at + 20), long(at + 24), word(at + 28)];
    const name = new TextDecoder().decode(new Uint8Array(archive, at + 46, length));
    const start = long(at + 42);
    if (method !== 0 || bytes !== size) throw new Error(`${name} is compressed`);
    if (long(start) !== FILE) throw new Error("a damaged zip archive");
    files.set(name, new Uint8Array(archive, start + 30 + word(start + 26) + word(start + 28), size));
    at += 46 + length + word(at + 30) + word(at + 32);
  }
  return files;
}
