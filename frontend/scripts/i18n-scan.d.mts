/** Chinese in one source file: what can be translated, and what is written wrongly. */
export function scan(path: string, source: string): { strings: string[]; mistakes: string[] }
