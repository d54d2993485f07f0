/**
 * Hashes of the styles that plotly.js puts into a page, for a Content-Security-Policy. Hashes may change with the version of the library; the
 * browser console prints the new ones.
 */
export const CHART_STYLES = {
  /** Style elements: an empty one, which the library fills rule by rule, and the one of its maps. */
  elements: [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-2GF9hCGTDj/GGFNlQA54jDdMGl2fvoeZmZjAvBSiAtM='",
  ],
  /** Style attributes: an empty one, of colour scales, and the one that keeps the cells of a heat map sharp. */
  attributes: [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-AR/cKIZjWPcPmBUPDA6oti9XBiTbJvz0Cro2J1VzzS8='",
  ],
} as const;
