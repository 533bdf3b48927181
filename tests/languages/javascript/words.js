// Counts words: typed, and as a program that counts the words of the files that its arguments name.
import { getArguments } from 'wasi:cli/environment@0.2.10';
import { getDirectories } from 'wasi:filesystem/preopens@0.2.10';

const CHUNK = 65536n;

export const words = {
  summarise(text, most) {
    if (most === 0) throw 'most is 0';
    const counts = new Map();
    const found = text.split(/\s+/).filter((word) => word !== '');
    for (const word of found.map((word) => word.toLowerCase())) counts.set(word, (counts.get(word) ?? 0) + 1);
    const byTimes = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const top = byTimes.slice(0, most).map(([word, times]) => ({ word, times }));
    return { lines: text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0), words: found.length, top };
  },

  join(parts, between) {
    return parts.join(between ?? '');
  },
};

export const run = {
  run() {
    let failed = false;
    for (const path of getArguments().slice(1)) {
      try {
        console.log(JSON.stringify({ path, ...words.summarise(read(path), 3) }));
      } catch (error) {
        console.error(`words: ${path}: ${error.payload ?? error}`);
        failed = true;
      }
    }
    if (failed) throw undefined;
  },
};

function read(path) {
  const mount = getDirectories().find(([, at]) => path.startsWith(`${at}/`));
  if (!mount) throw 'no-entry';
  const [directory, at] = mount;
  const file = directory.openAt({ symlinkFollow: true }, path.slice(at.length + 1), {}, { read: true });
  const decoder = new TextDecoder();
  let text = '';
  for (let offset = 0n, end = false; !end; ) {
    const [bytes, last] = file.read(CHUNK, offset);
    text += decoder.decode(bytes, { stream: true });
    offset += BigInt(bytes.length);
    end = last;
  }
  return text + decoder.decode();
}
