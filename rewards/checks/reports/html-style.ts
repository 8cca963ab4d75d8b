/** @file How the page looks, by day and by night. */

export const STYLE = `
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --ink: #1b2430; --soft: #5a6675; --line: #dde2e8;
  --code: #f1f3f6; --critical: #a3123a; --high: #c2410c; --medium: #8a6100; --low: #0b6a8f; --info: #5a6675;
  --good: #12703c; --bar: #4a7fc1; --whisker: #1b2430; --one: #1f6fc4; --two: #b8500f }
@media (prefers-color-scheme: dark) { :root { --back: #12161c; --card: #1a2029; --ink: #e6eaf0; --soft: #9aa7b6;
  --line: #2d3643; --code: #10141a; --critical: #ff7a98; --high: #ff9a62; --medium: #e5bd52; --low: #6cc3ea;
  --info: #9aa7b6; --good: #66cf94; --bar: #5a93dc; --whisker: #e6eaf0;
  --one: #6cb0ff; --two: #ffa05c } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1040px; margin: 0 auto; padding: 24px 20px 64px }
h1 { font-size: 24px; margin: 8px 0 2px; overflow-wrap: anywhere }
h2 { font-size: 17px; margin: 32px 0 10px }
h3 { font-size: 15px; margin: 0; display: inline }
.facts, .small { color: var(--soft); font-size: 13px }
.verdict { font-weight: 600; margin: 14px 0; padding: 10px 14px; border-radius: 8px; background: var(--card);
  border: 1px solid var(--line); border-left: 5px solid var(--good) }
.verdict.bad { border-left-color: var(--critical) }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 14px; overflow: hidden }
article > header { padding: 10px 14px; border-bottom: 1px solid var(--line) }
.severity { font-size: 12px; font-weight: 700; text-transform: uppercase; letter-spacing: .04em; margin-right: 8px }
.critical { color: var(--critical) } .high { color: var(--high) } .medium { color: var(--medium) }
.low { color: var(--low) } .info { color: var(--info) }
.sides { display: grid; grid-template-columns: 1fr 1fr }
.sides > div { padding: 12px 14px; min-width: 0 } .sides > div + div { border-left: 1px solid var(--line) }
@media (max-width: 700px) { .sides { grid-template-columns: 1fr } .sides > div + div { border-left: 0; border-top: 1px solid var(--line) } }
dl { margin: 0 }
section + section { border-top: 1px solid var(--line); margin-top: 44px; padding-top: 24px }
summary { cursor: pointer; font-size: 17px; font-weight: 600; margin: 32px 0 10px }
.overview { list-style: none; padding: 0; margin: 0 } .overview a { color: inherit; font-weight: 600 }
dt { color: var(--soft); font-size: 12px; margin-top: 8px } dt:first-child { margin-top: 0 } dd { margin: 2px 0 0 }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
pre { background: var(--code); border-radius: 6px; padding: 7px 10px; margin: 2px 0 0; white-space: pre-wrap; overflow-wrap: anywhere }
article > footer { padding: 8px 14px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; overflow-wrap: anywhere }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px; overflow-x: auto }
svg { display: block; width: 100%; max-width: 680px; font-size: 13px; fill: var(--ink) }
svg .track { fill: var(--code) } svg .bar { fill: var(--bar) }
svg .whisker { stroke: var(--whisker); fill: none; stroke-width: 1.5 } svg .value, svg .axis { fill: var(--soft) }
svg .axis { font-size: 11px } svg .mark { stroke: var(--high); stroke-dasharray: 3 3 }
svg .grid { stroke: var(--line) } svg .title { font-weight: 600 }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round } svg .line.two { stroke-dasharray: 7 4 }
svg .line.one { stroke: var(--one) } svg .line.two { stroke: var(--two) }
svg .one:not(.line) { fill: var(--one) } svg .two:not(.line) { fill: var(--two) }
table { border-collapse: collapse; width: 100%; font-size: 14px } th { text-align: left; color: var(--soft); font-weight: 500 }
th, td { padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top }
tr:last-child td { border-bottom: 0 } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
li { margin: 2px 0; overflow-wrap: anywhere } ul { margin: 0; padding-left: 18px }
`
