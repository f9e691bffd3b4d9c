// Hand gestures from camera pictures, without any model: where between two pictures did something change, and which way
// does that place wander? Pictures are 32×24 grey values in memory; none is stored or sent.

export const WIDE = 32, HIGH = 24;
const CHANGED = 28;        // grey steps (of 255) that count as a change: above the noise of a hall's camera
const LEAST = 0.03, MOST = 0.6;  // share of the picture: less is a flicker, more is the light or somebody walking past

/** Grey values 0–255 of an RGBA picture. */
export function grey(rgba) {
  const out = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < out.length; at++) out[at] = (rgba[4 * at] * 299 + rgba[4 * at + 1] * 587 + rgba[4 * at + 2] * 114) / 1000;
  return out;
}

/** Where the change lies: {share: 0–1 of the picture, x: 0 left – 1 right of its middle}, or null when nothing moved. */
export function motion(before, now) {
  let count = 0, sum = 0;
  for (let at = 0; at < now.length; at++) {
    if (Math.abs(now[at] - before[at]) > CHANGED) { count++; sum += at % WIDE; }
  }
  const share = count / now.length;
  return share < LEAST || share > MOST ? null : { share, x: sum / count / (WIDE - 1) };
}

/**
 * Reads a run of motions. step(motion or null, milliseconds) answers "left", "right", "hold" or "".
 * A wave crosses 0.35 of the picture within 0.9 s one way; a hold is something that keeps moving in one small place of
 * the middle for 1.5 s (a hand held up is never quite still). The picture is mirrored: the person's right is the left of it.
 */
export class Waves {
  constructor() { this.seen = []; this.quietUntil = 0; }

  step(found, at) {
    if (at < this.quietUntil) return "";
    if (found === null) { this.seen = this.seen.filter((one) => at - one.at < 250); return ""; }
    this.seen.push({ x: found.x, at });
    this.seen = this.seen.filter((one) => at - one.at <= 1600);
    const said = this.wave(at) || this.hold(at);
    if (said) { this.seen = []; this.quietUntil = at + 800; }
    return said;
  }

  wave(at) {
    const run = this.seen.filter((one) => at - one.at <= 900);
    if (run.length < 4) return "";
    const way = run[run.length - 1].x - run[0].x;
    const steady = run.slice(1).filter((one, n) => Math.sign(one.x - run[n].x) === Math.sign(way)).length;
    if (Math.abs(way) < 0.35 || steady < (run.length - 1) * 0.7) return "";
    return way < 0 ? "right" : "left";
  }

  hold(at) {
    if (at - (this.seen[0]?.at ?? at) < 1500 || this.seen.length < 8) return "";
    const places = this.seen.map((one) => one.x);
    const low = Math.min(...places), high = Math.max(...places);
    return high - low < 0.2 && low > 0.3 && high < 0.7 ? "hold" : "";
  }
}
