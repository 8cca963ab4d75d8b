import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Arena } from '../../arena/run.ts'
import { openArena } from '../../arena/run.ts'
import { scaleSvg } from '../../arena/web/scale.tsx'
import { ADDITION, adder, removeFolders, temporaryFolder } from '../arena/league.ts'
import { needs } from '../needs.ts'

const CHROMIUM = '/usr/bin/chromium'
const EVIL = '<script>document.title="stolen"</script>'
const season = { envs: [{ env: ADDITION, levels: [1, 2, 3] }], tasks: 12 }

const browser = {
  missing: `no browser at ${CHROMIUM}; install it with apt-get install chromium`,
  there: () => existsSync(CHROMIUM),
}

test.after(removeFolders)

async function playedArena(): Promise<Arena> {
  const arena = await openArena({ dir: temporaryFolder() })
  for (const [name, slip] of [
    ['weak', 0.8],
    ['strong', 0.05],
    [EVIL, 0.4],
  ] as const)
    arena.register(adder(name, { slip }))
  await arena.run(season)
  return arena
}

async function withPage(
  options: { javaScriptEnabled?: boolean },
  run: (page: Page, arena: Arena, complaints: string[]) => Promise<void>,
): Promise<void> {
  const arena = await playedArena()
  let opened: Browser | null = null
  try {
    opened = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    const page = await opened.newPage(options)
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(arena.url)
    await run(page, arena, complaints)
  } finally {
    await opened?.close()
    await arena.close()
  }
}

const names = (page: Page): Promise<string[]> =>
  page
    .locator('td.name')
    .evaluateAll(cells => cells.map(cell => (cell as { title: string } & typeof cell).title))

needs(
  test,
  'the page shows the board, keeps names as text, and follows new results',
  browser,
)(() =>
  withPage({}, async (page, arena, complaints) => {
    assert.equal(await names(page), ['strong', EVIL, 'weak'])
    assert.equal(
      await names(page),
      arena.board().agents.map(agent => agent.name),
    )
    assert.is(await page.title(), 'ludus arena')
    assert.is(await page.locator('svg.scale .agent text.name').count(), 3)
    assert.is(await page.locator('svg.scale .item text.name').count(), 3)
    assert.match((await page.locator('td.name').nth(1).textContent()) ?? '', EVIL)

    await page.evaluate('document.body.dataset.kept = "yes"')
    arena.register(adder('perfect'))
    await arena.run(season, { agents: ['perfect'] })
    await page.locator('td.name[title="perfect"]').waitFor({ timeout: 5000 })
    assert.is((await names(page))[0], 'perfect')
    assert.match((await page.locator('td.name').first().textContent()) ?? '', 'provisional')
    assert.is(await page.evaluate('document.body.dataset.kept'), 'yes', 'without loading the page anew')
    assert.is(await page.locator('svg.scale .agent text.name').count(), 4)
    assert.equal(complaints, [])
  }),
)

needs(
  test,
  'the page is whole without JavaScript',
  browser,
)(() =>
  withPage({ javaScriptEnabled: false }, async (page, _arena, complaints) => {
    assert.is(await page.locator('tbody tr').count(), 3)
    assert.is(await page.locator('svg.scale').count(), 1)
    assert.equal(complaints, [])
  }),
)

test('the page and the API come with a strict policy, and only GET is answered', async () => {
  const arena = await playedArena()
  try {
    const page = await fetch(arena.url)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, "default-src 'none'")
    assert.not.match(policy, 'unsafe')
    const html = await page.text()
    assert.not.ok(html.includes(EVIL), 'untrusted names are escaped')
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)![1]!
    assert.is.not((await (await fetch(arena.url)).text()).includes(nonce), true, 'a nonce is used once')
    assert.equal(await (await fetch(`${arena.url}/api/leaderboard`)).json(), arena.board())
    assert.is((await fetch(`${arena.url}/nothing`)).status, 404)
    assert.is((await fetch(arena.url, { method: 'POST' })).status, 405)
  } finally {
    await arena.close()
  }
})

test('the picture stands alone: its own background and style, escaped names, no label over another', async () => {
  const arena = await playedArena()
  const svg = scaleSvg(arena.board())
  await arena.close()
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
  assert.match(svg, '<style>')
  assert.match(svg, 'class="bg"')
  assert.not.ok(svg.includes('<script'))
  const rows = [...svg.matchAll(/<text class="name" x="([\d.]+)" y="([\d.]+)"/g)].map(match =>
    Number(match[2]),
  )
  assert.is(rows.length, 6)
  for (const [i, y] of rows.entries())
    if (i > 0) assert.ok(y - rows[i - 1]! >= 18, 'rows keep their distance')
})

test.run()
