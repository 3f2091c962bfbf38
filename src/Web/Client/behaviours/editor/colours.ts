/** Where the hues of the palette begin, in degrees; before the first and from the last on it is red. */
const hues: [number, string][] = [[15, 'c-orange'], [70, 'c-green'], [170, 'c-blue'], [255, 'c-purple'], [335, 'c-red']];

const words: Record<string, string> = {
  red: '#ff0000', maroon: '#800000', orange: '#ffa500', yellow: '#ffff00', olive: '#808000', lime: '#00ff00', green: '#008000', teal: '#008080', aqua: '#00ffff',
  blue: '#0000ff', navy: '#000080', fuchsia: '#ff00ff', purple: '#800080', gray: '#808080', grey: '#808080', silver: '#c0c0c0',
};

/** The palette's colour nearest to a CSS colour; null for black, white and what is no colour of its own (`windowtext`, `auto`). */
export function nearest(css: string, palette: string[]): string | null {
  const rgb = channels(css);
  if (!rgb) return null;
  const [r, g, b] = rgb;
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  if (high < 70 || low > 225) return null;
  const name = high - low < 40 ? (high < 100 ? null : 'c-grey') : hued(r, g, b, high, high - low);
  return name !== null && palette.includes(name) ? name : null;
}

function hued(r: number, g: number, b: number, high: number, spread: number): string {
  const sector = high === r ? ((g - b) / spread + 6) % 6 : high === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  return hues.findLast(([from]) => sector * 60 >= from)?.[1] ?? 'c-red';
}

function channels(css: string): [number, number, number] | null {
  const value = words[css] ?? css;
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(value)?.[1];
  if (hex) {
    const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
    return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16)) as [number, number, number];
  }
  const parts = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(value);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : null;
}
