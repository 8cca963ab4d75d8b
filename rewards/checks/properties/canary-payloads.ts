/** @file Texts that set a canary where somebody evaluates them, by language. */
import { CANARY, CANARY_FILE } from '../execution/canaries.ts'

const SET = `globalThis.${CANARY}=1`
const TOUCH = `touch ${CANARY_FILE}`
const WRITE = `require('fs').writeFileSync('${CANARY_FILE}','x')`
const BUILT_IN = `process.getBuiltinModule('fs').writeFileSync('${CANARY_FILE}','x')`

export const CANARY_PAYLOADS: Readonly<Record<string, readonly string[]>> = {
  javascript: [
    SET,
    `process.env.${CANARY}='1'`,
    `(()=>{${SET}})()`,
    WRITE,
    BUILT_IN,
    `'+(${SET})+'`,
    `"+(${SET})+"`,
    `);${SET};(`,
    `';${SET};'`,
    `";${SET};"`,
    `[${SET}]`,
    `({x:${SET}})`,
    `"".constructor.constructor("${SET}")()`,
    `[].filter.constructor('${SET}')()`,
    `this.constructor.constructor('return globalThis')().${CANARY}=1`,
    `process.exit(0)`,
    `Array.prototype.${CANARY}=${SET}`,
  ],
  python: [
    `__import__('os').environ.update(${CANARY}='1') or []`,
    `open('${CANARY_FILE}','w').write('x')`,
    `__import__('os').system('${TOUCH}')`,
    `[c for c in ().__class__.__base__.__subclasses__()] and open('${CANARY_FILE}','w')`,
    `exec("open('${CANARY_FILE}','w').write('x')")`,
    `(lambda: open('${CANARY_FILE}','w').write('x'))()`,
    `import os; os.environ['${CANARY}']='1'; open('${CANARY_FILE}','w')`,
    `exit(0)`,
  ],
  shell: [
    `$(${TOUCH})`,
    `\`${TOUCH}\``,
    `; ${TOUCH} #`,
    `| ${TOUCH}`,
    `&& ${TOUCH}`,
    `"; ${TOUCH}; "`,
    `'; ${TOUCH}; '`,
    `\n${TOUCH}\n`,
    TOUCH,
  ],
  template: [
    `\${${SET}}`,
    `{{constructor.constructor('${SET}')()}}`,
    `{{ ${SET} }}`,
    `<%= ${SET} %>`,
    `#{${SET}}`,
    `\${process.env.${CANARY}='1'}`,
    `{{ ''.__class__.__mro__[1].__subclasses__() }}{{ open('${CANARY_FILE}','w') }}`,
    `<script>${SET}</script>`,
  ],
  markup: [
    `{"__proto__":{"${CANARY}":1}}`,
    `{"constructor":{"prototype":{"${CANARY}":1}}}`,
    `__proto__.${CANARY}=1`,
    `!!js/function 'function(){${SET}}()'`,
    `!!python/object/apply:os.system ["${TOUCH}"]`,
    `\\immediate\\write18{${TOUCH}}`,
    `<!DOCTYPE x [<!ENTITY e SYSTEM "expect://${TOUCH}">]><x>&e;</x>`,
  ],
  sql: [
    `'; ATTACH DATABASE '${CANARY_FILE}' AS canary; CREATE TABLE canary.t(x); --`,
    `' || writefile('${CANARY_FILE}','x') || '`,
    `1; VACUUM INTO '${CANARY_FILE}'; --`,
    `VACUUM INTO '${CANARY_FILE}'`,
    `'; COPY (SELECT 1) TO '${CANARY_FILE}'; --`,
    `1); ATTACH DATABASE '${CANARY_FILE}' AS canary; CREATE TABLE canary.t(x); --`,
  ],
}
