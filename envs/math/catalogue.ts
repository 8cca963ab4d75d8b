/** @file The environments of mathematics, by group, easiest groups first. */
import type { EnvDef } from '../env.ts'
import { addition } from './addition.ts'
import { countdown } from './countdown.ts'
import { ages } from './families/ages.ts'
import { anagrams } from './families/anagrams.ts'
import { arithmeticSequence } from './families/arithmetic-sequence.ts'
import { baseConversion } from './families/base-conversion.ts'
import { box } from './families/box.ts'
import { chainSum } from './families/chain-sum.ts'
import { chineseRemainder } from './families/chinese-remainder.ts'
import { combinations } from './families/combinations.ts'
import { decimals } from './families/decimals.ts'
import { definiteIntegral } from './families/definite-integral.ts'
import { derivativeAt } from './families/derivative-at.ts'
import { determinant } from './families/determinant.ts'
import { diceProbability } from './families/dice-probability.ts'
import { differenceTable } from './families/difference-table.ts'
import { division } from './families/division.ts'
import { divisorSum } from './families/divisor-sum.ts'
import { expectedValue } from './families/expected-value.ts'
import { fractions } from './families/fractions.ts'
import { gcd } from './families/gcd.ts'
import { latticePaths } from './families/lattice-paths.ts'
import { lcm } from './families/lcm.ts'
import { lineIntersection } from './families/line-intersection.ts'
import { linearEquation } from './families/linear-equation.ts'
import { linearSystem } from './families/linear-system.ts'
import { matrixInverse } from './families/matrix-inverse.ts'
import { matrixProduct } from './families/matrix-product.ts'
import { mixture } from './families/mixture.ts'
import { modularInverse } from './families/modular-inverse.ts'
import { modularPower } from './families/modular-power.ts'
import { motion } from './families/motion.ts'
import { multiplication } from './families/multiplication.ts'
import { orderOfOperations } from './families/order-of-operations.ts'
import { percentages } from './families/percentages.ts'
import { polygonArea } from './families/polygon-area.ts'
import { polynomialDivision } from './families/polynomial-division.ts'
import { polynomialEvaluation } from './families/polynomial-evaluation.ts'
import { polynomialProduct } from './families/polynomial-product.ts'
import { primeFactorisation } from './families/prime-factorisation.ts'
import { quadraticEquation } from './families/quadratic-equation.ts'
import { recurrence } from './families/recurrence.ts'
import { rightTriangle } from './families/right-triangle.ts'
import { shopping } from './families/shopping.ts'
import { similarTriangles } from './families/similar-triangles.ts'
import { tangentLine } from './families/tangent-line.ts'
import { urnProbability } from './families/urn-probability.ts'
import { vectorProjection } from './families/vector-projection.ts'
import { workRate } from './families/work-rate.ts'
import { coinChange } from './puzzles/coin-change.ts'
import { knightPath } from './puzzles/knight-path.ts'
import { latinSquare } from './puzzles/latin-square.ts'
import { lightsOut } from './puzzles/lights-out.ts'
import { magicSquare } from './puzzles/magic-square.ts'
import { nQueens } from './puzzles/n-queens.ts'
import { pancakeSorting } from './puzzles/pancake-sorting.ts'
import { shortestPath } from './puzzles/shortest-path.ts'
import { slidingTiles } from './puzzles/sliding-tiles.ts'
import { subsetSum } from './puzzles/subset-sum.ts'
import { towerOfHanoi } from './puzzles/tower-of-hanoi.ts'
import { twentyFour } from './puzzles/twenty-four.ts'
import { waterJugs } from './puzzles/water-jugs.ts'

export const mathEnvs: readonly EnvDef[] = [
  addition,
  baseConversion,
  chainSum,
  decimals,
  division,
  fractions,
  multiplication,
  orderOfOperations,
  percentages,
  chineseRemainder,
  divisorSum,
  gcd,
  lcm,
  modularInverse,
  modularPower,
  primeFactorisation,
  linearEquation,
  linearSystem,
  polynomialDivision,
  polynomialEvaluation,
  polynomialProduct,
  quadraticEquation,
  anagrams,
  combinations,
  diceProbability,
  expectedValue,
  latticePaths,
  urnProbability,
  determinant,
  matrixInverse,
  matrixProduct,
  vectorProjection,
  definiteIntegral,
  derivativeAt,
  tangentLine,
  arithmeticSequence,
  differenceTable,
  recurrence,
  box,
  lineIntersection,
  polygonArea,
  rightTriangle,
  similarTriangles,
  ages,
  mixture,
  motion,
  shopping,
  workRate,
  countdown,
  coinChange,
  knightPath,
  latinSquare,
  lightsOut,
  magicSquare,
  nQueens,
  pancakeSorting,
  shortestPath,
  slidingTiles,
  subsetSum,
  towerOfHanoi,
  twentyFour,
  waterJugs,
]
