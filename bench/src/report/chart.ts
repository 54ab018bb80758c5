import type { Cost } from '../load.js';

const ROW = 24;
const LEFT = 230;
const WIDTH = 790;
const RIGHT = 60;

/** A bar for each server: CPU time of one `tools/call`, with its quartiles. */
export function toSvg(title: string, costs: ReadonlyMap<string, Cost>): string {
  const rows = [...costs.values()].toSorted((a, b) => a.cpu.median - b.cpu.median);
  const longest = Math.max(...rows.map(({ cpu }) => cpu.high), 1);
  const scale = (WIDTH - LEFT - RIGHT) / longest;
  const height = ROW * rows.length + 48;
  const bars = rows.map(({ name, cpu }, i) => {
    const y = 36 + i * ROW;
    const middle = y + ROW / 2 - 4;
    const end = LEFT + cpu.median * scale;
    return [
      `<text x="${LEFT - 8}" y="${middle + 4}" text-anchor="end">${escape(name)}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${(cpu.median * scale).toFixed(1)}" height="${ROW - 8}" fill="${colourOf(name)}"/>`,
      `<path d="M${(LEFT + cpu.low * scale).toFixed(1)} ${middle}H${(LEFT + cpu.high * scale).toFixed(1)}" stroke="#222"/>`,
      `<text x="${(Math.max(end, LEFT + cpu.high * scale) + 6).toFixed(1)}" y="${middle + 4}">${cpu.median.toFixed(0)}</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="20" font-size="14">${escape(title)}</text>
${bars.join('\n')}
</svg>
`;
}

function colourOf(name: string): string {
  if (name.startsWith('ours')) return '#e0234e';
  return name.startsWith('node:') || name.startsWith('plain') ? '#9aa0a6' : '#4c78a8';
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
