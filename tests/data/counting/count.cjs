// How long the samples are by the networks' own measures; tests/platforms/test_counting_as_networks.py reads the result.
//
// Nothing here is code of this program: X's weight is twitter-text's, characters are Intl.Segmenter's, bytes are
// TextEncoder's, UTF-16 units are a string's length. Mastodon's rule is written out below from its server's sources.
// To count anew, for other samples or newer measures:
//
//     (cd /tmp && npm install --ignore-scripts twitter-text@3)
//     NODE_PATH=/tmp/node_modules node tests/data/counting/count.cjs

const fs = require("node:fs");
const path = require("node:path");
const twitter = require("twitter-text");

const here = (...names) => path.join(__dirname, ...names);
const read = (...names) => fs.readFileSync(here(...names), "utf8");
const segmenter = new Intl.Segmenter("ja", { granularity: "grapheme" });
const graphemes = (text) => [...segmenter.segment(text)].length;

// --- Mastodon (StatusLengthValidator, twitter_regex.rb, Account::MENTION_RE; 4.x as of August 2026).
// A URL with a scheme counts 23, @user@server counts as @user; of the rest what a reader sees. What may stand before
// a URL, its domain and its port are twitter-text's. Path and query are Mastodon's own: any letter but blanks, so that
// Japanese text glued behind a path belongs to it.

const source = (name) => twitter.regexen[name].source;
const inner = "[^\\s\\x85<>()?]";
const balanced = `\\((?:${inner}+|${inner}*\\(${inner}+\\)${inner}*)\\)`;
const last = `(?:[^\\s\\x85()?!*"'「」<>;:=,.$%\\[\\]~&|@]|${balanced})`;
const stretch = `(?:${inner}*(?:${balanced}${inner}*)*${last}|${inner}+/)`;
const foreign = "\\xa0-\\ufdcf\\ufdf0-\\uffef";
const query = `\\?[a-z0-9!?*'();:&=+$/%#\\[\\]\\-_.,~|@^${foreign}]*[a-z0-9_&=#/\\-${foreign}]`;
const domain = `(?:${source("validDomain")})(?::${source("validPortNumber")})?`;
const url = new RegExp(
  `(${source("validUrlPrecedingChars")})(https?://${domain}(?:/${stretch}*)?(?:${query})?)`, "gi");

const word = "[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]";
const user = "[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*";
const mention = new RegExp(`(?<![=/]|${word})@(${user})(?:@${word}+(?:[.-]+${word}+)*)?`, "giu");

function entities(text) {
  const found = [...text.matchAll(url)].map((at) => ({
    start: at.index + at[1].length, end: at.index + at[0].length, as: "x".repeat(23) }));
  for (const at of text.matchAll(mention)) {
    const end = at.index + at[0].length;
    if (!twitter.regexen.endMentionMatch.test(text.slice(end))) found.push({ start: at.index, end, as: `@${at[1]}` });
  }
  return found.sort((one, other) => one.start - other.start);
}

function mastodon(text) {
  let shown = "", end = 0;
  for (const entity of entities(text)) {
    if (entity.start < end) continue; // the first of two that overlap
    shown += text.slice(end, entity.start) + entity.as;
    end = entity.end;
  }
  return graphemes(shown + text.slice(end));
}

// --- the samples

const posts = read("..", "posts_dev.jsonl").trim().split("\n").map((line) => JSON.parse(line));
const hard = JSON.parse(read("samples.json"));
const samples = [
  ...posts.map(({ id, text }) => [id, text]),
  ...hard.map(({ name, text, piece, times }) => [name, text ?? piece.repeat(times)]),
];
const counted = samples.map(([name, text]) => [name, {
  x: twitter.parseTweet(text).weightedLength,
  graphemes: graphemes(text),
  utf8: new TextEncoder().encode(text).length,
  utf16: text.length,
  mastodon: mastodon(text),
}]);
const measures = {
  "twitter-text": require("twitter-text/package.json").version,
  node: process.versions.node,
  unicode: process.versions.unicode,
};
const rows = counted.map(([name, counts]) => `  ${JSON.stringify(name)}: ${JSON.stringify(counts)}`);
fs.writeFileSync(here("counts.json"),
  `{"measures": ${JSON.stringify(measures)},\n"counts": {\n${rows.join(",\n")}\n}}\n`);
