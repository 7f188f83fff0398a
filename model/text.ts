/** The languages of the pages that operations reads. */
export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in each language; code spans stay as they are. */
export type Text = Readonly<Record<Language, string>>;

export const bilingual = (en: string, es: string): Text => ({ en, es });
