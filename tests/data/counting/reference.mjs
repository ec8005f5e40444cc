// Counts texts as the networks' own programs do, for tests/platforms/test_counting_reference.py to compare with.
// Not run by the tests: after `npm install twitter-text@3` beside it,
//   node reference.mjs ../posts_dev.jsonl samples.json > reference.json
// X: twitter-text, X's own parser. Bluesky: graphemes by Intl.Segmenter and UTF-8 bytes, as its lexicon says.
// LINE: UTF-16 units, as its reference says. Mastodon: its rule for texts without mentions, graphemes with every http(s) address as 23.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const twitter = createRequire(import.meta.url)("twitter-text");
const [posts, samples] = process.argv.slice(2).map((name) => readFileSync(name, "utf8"));
const segmenter = new Intl.Segmenter("ja", { granularity: "grapheme" });
const graphemes = (text) => [...segmenter.segment(text)].length;
const shortened = (text) =>
  twitter
    .extractUrlsWithIndices(text, { extractUrlsWithoutProtocol: false })
    .reverse()
    .reduce((rest, { indices: [from, to] }) => rest.slice(0, from) + "x".repeat(23) + rest.slice(to), text);

const texts = {
  ...Object.fromEntries(posts.trim().split("\n").map((line) => JSON.parse(line)).map((post) => [post.id, post.text])),
  ...JSON.parse(samples),
};
const counted = Object.fromEntries(
  Object.entries(texts).map(([name, text]) => [
    name,
    {
      x: twitter.parseTweet(text).weightedLength,
      graphemes: graphemes(text),
      bytes: new TextEncoder().encode(text).length,
      utf16: text.length,
      mastodon: graphemes(shortened(text)),
    },
  ]),
);
console.log(JSON.stringify(counted, null, 1));
