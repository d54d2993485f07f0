/**
 * A page may use scripts, styles, images, fonts and data of the site only. So chat text that got into a page as markup cannot run, load,
 * draw or send anything. The two hashes allow the style elements that the chart library creates: an empty one, which it fills rule by
 * rule, and the one of its maps. The two hashes of style attributes allow exactly an empty one, of colour scales, and the one that keeps the
 * cells of a heat map sharp. Hashes may change with the version of the library; the browser console prints the new ones.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-2GF9hCGTDj/GGFNlQA54jDdMGl2fvoeZmZjAvBSiAtM='",
  "style-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-AR/cKIZjWPcPmBUPDA6oti9XBiTbJvz0Cro2J1VzzS8='",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The headers of every answer of the site, also of errors, from both servers. With `no-cache`, browsers check the ETag of a cached file
 * each time, so a new page appears immediately.
 */
export const siteHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};
