import { expect, test } from "vitest";
import { caught } from "../testing/examples";
import { riff, sphere } from "../testing/timit";
import { parseWaveform } from "./waveform";

const samples = Int16Array.of(0, 1, -1, 258, 32767, -32768);

test.each([
  ["SPHERE, little-endian", sphere(samples)],
  ["SPHERE, big-endian", sphere(samples, { order: "10" })],
  ["SPHERE, said to be PCM", sphere(samples, { fields: { sample_coding: "-s3 pcm" } })],
  ["RIFF", riff(samples)],
  ["RIFF, extensible", riff(samples, { format: 0xfffe })],
  ["with bytes after the samples", Buffer.concat([sphere(samples), Buffer.alloc(9)])],
])("%s", (_, bytes) => {
  // Also as a part of a longer buffer, at an odd place.
  const part = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
  expect([parseWaveform(bytes, "a.wav"), parseWaveform(part, "a.wav")]).toEqual([samples, samples]);
});

test.each([
  ["wrong-format", Buffer.of(), "must be a sound file of NIST (SPHERE) or RIFF (WAVE); got an empty file"],
  ["wrong-format", Buffer.from("ID3 a song of another kind"), "got another kind of file"],
  ["wrong-format", Buffer.from("NIST_1A\n   1024\nsample_count -i 3\n"), 'must have a whole SPHERE header, "NIST_1A"'],
  ["wrong-format", sphere(samples, { fields: { sample_coding: "-s26 pcm,embedded-shorten-v2.00" } }), "`sph2pipe -p`"],
  ["wrong-format", sphere(samples, { fields: { sample_byte_format: "-s1 1" } }), '"01" or "10"; got "1"'],
  ["wrong-format", sphere(samples, { fields: { sample_rate: "-i 8000" } }), "got 1 of 16 bits, 8000 a second"],
  ["wrong-format", sphere(samples, { fields: { channel_count: "-i 2" } }), "got 2 of 16 bits, 16000 a second"],
  ["wrong-format", sphere(samples, { fields: { sample_count: "-i -3" } }), "must have its number of samples"],
  ["truncated", sphere(samples).subarray(0, -3), "a.wav: must hold 6 samples, as its header says; got 4;"],
  ["truncated", riff(samples).subarray(0, -3), "got 4;"],
  ["wrong-format", riff(samples, { format: 7 }), "must hold plain PCM samples; got samples of format 7"],
  ["wrong-format", riff(samples, { rate: 44_100 }), "got 1 of 16 bits, 44100 a second"],
  ["wrong-format", riff(samples).subarray(0, 30), 'with chunks "fmt " and "data"'],
] as const)("%s: %#", (code, bytes, message) => {
  const error = caught(() => parseWaveform(bytes, "a.wav"));
  expect(error).toMatchObject({ name: "DatasetError", code, file: "a.wav" });
  expect(error.message).toContain(message);
});
