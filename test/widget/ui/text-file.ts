import type { FileLanguage, TextFile } from '../../../widget/ui/text-files.ts'

/** The file of a language, as the build serves it. */
export async function textFile(language: FileLanguage): Promise<TextFile> {
  return import(`../../../widget/ui/texts/${language}.ts`)
}
