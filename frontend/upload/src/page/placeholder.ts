/** The few pixels' worth of a picture that are shown while it loads. */

import { thumbHashToRGBA } from 'thumbhash';

/** Fills a canvas with the picture of a ThumbHash in base64; false if it isn't one. */
export function paint(hash: string, canvas: HTMLCanvasElement): boolean {
  try {
    const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(hash), (character) => character.charCodeAt(0)));
    Object.assign(canvas, { width: w, height: h });
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
    return true;
  } catch {
    return false;
  }
}
