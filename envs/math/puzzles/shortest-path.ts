/**
 * @file `math/shortest-path-v1`: walk through a graph with weights, by a way of the least total weight.
 *
 * Only a shortest way is a solution, so that a step off all of them loses the goal. Distances are Dijkstra's; among ways
 * of the same weight the one of fewest edges counts.
 */
import type { Invalid } from '../../env.ts'
import { isInvalid } from '../../env.ts'
import type { Rng } from '../../rng.ts'
import { matched, perTask, puzzle } from '../puzzle.ts'

type Edge = [a: number, b: number, weight: number]
type Params = { nodes: number; edges: Edge[]; from: number; to: number }
type State = { at: number; cost: number }

const NAMES = 'ABCDEFGHIJKL'

export const shortestPath = puzzle({
  id: 'math/shortest-path-v1',
  title: 'Walk a shortest way through a weighted graph',
  rules:
    'Walk from the start to the target by a way of the least total cost. Roads are shown as "A-B 4", with their cost in ' +
    'both directions. A move is the name of the next place; the walk ends at the target. ' +
    'Example: with A-B 4, B-C 3, A-C 9, from A to C, write "B", then "C".',
  levels: [
    { places: 7, roads: 9, edges: 3 },
    { places: 9, roads: 12, edges: 4 },
    { places: 12, roads: 15, edges: 5 },
  ],
  maxSteps: 14,
  draw: (rng, axes) => drawTask(rng, axes),
  identity: ({ edges, from, to }) => `${edges.map(edge => edge.join('-')).join(' ')} ${from} ${to}`,
  start: ({ from }): State => ({ at: from, cost: 0 }),
  view: ({ edges, from, to }, { at, cost }) =>
    [
      edges.map(([a, b, weight]) => `${NAMES[a]}-${NAMES[b]} ${weight}`).join(', '),
      `from ${NAMES[from]} to ${NAMES[to]}`,
      `at ${NAMES[at]}, cost ${cost}`,
    ].join('\n'),
  write: (place: number) => NAMES[place]!,
  read(written) {
    const parts = matched(written, /^([A-L])$/, 'B')
    return isInvalid(parts) ? parts : NAMES.indexOf(parts[0]!)
  },
  moves: (params, { at }) => (at === params.to ? [] : roadsOf(params)[at]!.map(([place]) => place)),
  apply: (params, state, place) => walked(params, state, place),
  solved: (params, { at, cost }) => at === params.to && cost === tableOf(params)[params.from]!.cost,
  distance(params, { at, cost }) {
    const table = tableOf(params)
    return cost + table[at]!.cost === table[params.from]!.cost ? table[at]!.edges : null
  },
})

function walked(params: Params, { at, cost }: State, place: number): State | Invalid {
  if (at === params.to) return { invalid: 'the walk has ended at the target' }
  const road = roadsOf(params)[at]!.find(([end]) => end === place)
  return road
    ? { at: place, cost: cost + road[1] }
    : { invalid: `there is no road from ${NAMES[at]} to ${NAMES[place]}` }
}

/** By place: its neighbours, each with the cost of the road. */
const roadsOf = perTask(({ nodes, edges }: Params): [place: number, cost: number][][] => {
  const roads = Array.from({ length: nodes }, (): [number, number][] => [])
  for (const [a, b, weight] of edges) {
    roads[a]!.push([b, weight])
    roads[b]!.push([a, weight])
  }
  return roads
})

/** What is left from a place to the target: the least cost, and the fewest edges of a way of that cost. */
type Rest = { cost: number; edges: number }

const tableOf = perTask((params: Params): Rest[] => {
  const roads = roadsOf(params)
  const rest = roads.map((): Rest => ({ cost: Infinity, edges: Infinity }))
  rest[params.to] = { cost: 0, edges: 0 }
  const settled = new Set<number>()
  while (settled.size < params.nodes) {
    let nearest = -1
    for (let place = 0; place < params.nodes; place++)
      if (!settled.has(place) && (nearest === -1 || isLess(rest[place]!, rest[nearest]!))) nearest = place
    settled.add(nearest)
    for (const [place, weight] of roads[nearest]!) {
      const candidate = { cost: rest[nearest]!.cost + weight, edges: rest[nearest]!.edges + 1 }
      if (isLess(candidate, rest[place]!)) rest[place] = candidate
    }
  }
  return rest
})

function isLess(a: Rest, b: Rest): boolean {
  return a.cost < b.cost || (a.cost === b.cost && a.edges < b.edges)
}

/** A connected graph, and two places so many edges apart on the shortest way. */
function drawTask(rng: Rng, axes: { places: number; roads: number; edges: number }): Params {
  for (;;) {
    const edges = drawEdges(rng, axes.places, axes.roads)
    const to = rng.int(0, axes.places - 1)
    const table = tableOf({ nodes: axes.places, edges, from: to, to })
    const apart = [...table.keys()].filter(place => table[place]!.edges === axes.edges)
    if (apart.length > 0) return { nodes: axes.places, edges, from: rng.pick(apart), to }
  }
}

/** A random tree and more edges, in the order of their names. */
function drawEdges(rng: Rng, nodes: number, count: number): Edge[] {
  const weights = new Map<number, number>()
  const connect = (a: number, b: number): void => {
    if (a !== b) weights.set(Math.min(a, b) * nodes + Math.max(a, b), rng.int(1, 9))
  }
  const order = rng.shuffle(Array.from({ length: nodes }, (_, node) => node))
  for (let i = 1; i < nodes; i++) connect(order[i]!, order[rng.int(0, i - 1)]!)
  while (weights.size < count) connect(rng.int(0, nodes - 1), rng.int(0, nodes - 1))
  return [...weights.entries()]
    .sort(([a], [b]) => a - b)
    .map(([pair, weight]) => [Math.floor(pair / nodes), pair % nodes, weight])
}
