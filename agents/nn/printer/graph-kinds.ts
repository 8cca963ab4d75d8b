/** @file Kinds of operations, for colours in drawings. */
const OPERATIONS = {
  product:
    'MatMul Gemm Einsum Conv FusedMatMul FusedGemm MatMulNBits MatMulInteger MultiHeadAttention GroupQueryAttention',
  elementwise:
    'Add Sub Mul Div Neg Exp Log Sqrt Pow Reciprocal Relu Sigmoid Tanh Abs Sign Min Max Clip RotaryEmbedding QuickGelu BiasGelu',
  reduction:
    'ReduceSum ReduceMax ReduceMin ReduceMean Softmax LogSoftmax ArgMax TopK CumSum LayerNormalization SimplifiedLayerNormalization SkipSimplifiedLayerNormalization',
  choice: 'Equal Greater GreaterOrEqual Less LessOrEqual Or And Not Where',
  layout:
    'Reshape Transpose Slice Split Concat Expand Tile Pad Cast Identity Squeeze Unsqueeze Gather GatherElements ScatterElements OneHot',
  control: 'Loop If Scan',
} as const

export type Kind = keyof typeof OPERATIONS | 'output' | 'other'

const KINDS = new Map<string, Kind>(
  Object.entries(OPERATIONS).flatMap(([kind, ops]) => ops.split(' ').map(op => [op, kind as Kind])),
)

export function kindOf(op: string): Kind {
  return KINDS.get(op) ?? 'other'
}
