/** Finds Chinese in sources: string literals (translatable) and bare template text (a mistake). */
const CJK = /[\u3400-\u9fff]/
const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g

function withoutComments(code) {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1')
}

function literals(code, quotes = LITERAL) {
  const found = []
  for (const match of code.matchAll(quotes)) {
    const text =
      (match[0].startsWith('`') ? opened(match[0].slice(1, -1), found) : match[0].slice(1, -1)) ?? ''
    if (CJK.test(text)) found.push(text.replace(/\\(['"`])/g, '$1').replace(/\\n/g, '\n'))
  }
  return found
}

/** A template literal without what stands in its holes; strings inside the holes are found on their own. */
function opened(text, found) {
  return text.replace(/\$\{([^}]*)\}/g, (_, hole) => {
    found.push(...literals(hole))
    return '${}'
  })
}

const BINDING_LITERAL = /'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g

/** `{ strings, mistakes }` of one file. */
export function scan(path, source) {
  const kept = source
    .split('\n')
    .filter((line) => !line.includes('i18n-exempt'))
    .join('\n')
  if (!path.endsWith('.vue')) return judge(literals(withoutComments(kept)), [])
  const script = [...kept.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n')
  const template = (/<template>([\s\S]*)<\/template>/.exec(kept)?.[1] ?? '').replace(/<!--[\s\S]*?-->/g, '')
  const strings = [...literals(withoutComments(script)), ...literals(template, BINDING_LITERAL)]
  const rest = template.replace(BINDING_LITERAL, (whole) => (CJK.test(whole) ? '' : whole))
  const bare = [...rest.matchAll(/[^\s<>"{}]*[\u3400-\u9fff][^<>"{}\n]*/g)].map((match) => match[0].trim())
  return judge(strings, bare)
}

function judge(strings, bare) {
  const mixed = strings.filter((text) => text.includes('${'))
  return {
    strings: strings.filter((text) => !text.includes('${')),
    mistakes: [
      ...bare.map((text) => `bare Chinese in a template, use t(): ${text}`),
      ...mixed.map((text) => `Chinese with \${}, use t() with parameters: ${text}`),
    ],
  }
}
