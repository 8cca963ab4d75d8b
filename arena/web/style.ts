/** @file The look of the leaderboard page and of its picture. Colours follow the reader's light or dark setting. */

/** Of the scale; also inside the standalone picture, so it may rely on nothing of the page. */
export const SCALE_STYLE = `
.scale { --bg: #ffffff; --ink: #1f2328; --muted: #636c76; --line: #e4e8ec; --agent: #0b63ce; --item: #b4540a; }
@media (prefers-color-scheme: dark) {
  .scale { --bg: #0d1117; --ink: #e6edf3; --muted: #93a0ad; --line: #242b33; --agent: #5aa9ff; --item: #eba15a; }
}
.scale { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
.scale .bg { fill: var(--bg); }
.scale text { fill: var(--ink); font-size: 13px; }
.scale .title { font-size: 17px; font-weight: 600; }
.scale .muted { fill: var(--muted); font-size: 12px; }
.scale .remark { stroke: var(--bg); stroke-width: 4px; paint-order: stroke; }
.scale .grid { stroke: var(--line); }
.scale .agent { --mark: var(--agent); }
.scale .item { --mark: var(--item); }
.scale .agent text.name { font-weight: 600; }
.scale .whisker { stroke: var(--mark); stroke-width: 2; fill: none; }
.scale .provisional .whisker { stroke-dasharray: 3 3; }
.scale .beyond { fill: var(--mark); }
.scale .mark { fill: var(--mark); stroke: var(--mark); stroke-width: 2; }
.scale .provisional .mark { fill: var(--bg); }
`

export const PAGE_STYLE = `
:root { color-scheme: light dark; --bg: #ffffff; --ink: #1f2328; --muted: #636c76; --line: #e4e8ec; --heat: 11 99 206; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #0d1117; --ink: #e6edf3; --muted: #93a0ad; --line: #242b33; --heat: 90 169 255; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; margin: 0; }
.sub { color: var(--muted); margin: 2px 0 22px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { font-weight: 500; color: var(--muted); font-size: 13px; text-align: right; padding: 4px 6px; white-space: nowrap; }
thead tr:last-child th { border-bottom: 1px solid var(--line); }
td { padding: 7px 6px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.rank, th.rank, td.name, th.name { text-align: left; }
td.name { font-weight: 600; max-width: 215px; overflow: hidden; text-overflow: ellipsis; }
td.rating { font-weight: 600; }
td.dim { color: var(--muted); }
th.group { text-align: center; }
td.cell, th.cell { text-align: center; min-width: 42px; padding-left: 3px; padding-right: 3px; }
.badge { font-weight: 400; font-size: 12px; color: var(--muted); border: 1px solid var(--line); border-radius: 9px; padding: 0 7px; margin-left: 8px; }
${Array.from({ length: 11 }, (_, i) => `td.h${i} { background: rgb(var(--heat) / ${(i * 4.2).toFixed(1)}%); }`).join('\n')}
figure { margin: 34px 0 0; }
figure svg { width: 100%; height: auto; display: block; }
.empty { color: var(--muted); padding: 60px 0; text-align: center; }
footer { color: var(--muted); font-size: 13px; margin-top: 30px; max-width: 760px; }
`
