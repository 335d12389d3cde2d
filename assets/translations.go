package assets

import "embed"

// TranslationsDir is the folder of Translations that the files are in: one for each language, by its BCP 47 tag.
const TranslationsDir = "translations"

// Translations hold the texts for people in each language, by the English ones. English has every text.
//
//go:embed translations/*.json
var Translations embed.FS
