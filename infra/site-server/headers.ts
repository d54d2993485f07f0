/**
 * What a page of the site may do: run the scripts and show the styles, pictures and fonts that lie beside it, and read data from there.
 * Nothing else, so that chat text which found its way into a page as markup could not run, load, draw or send anything. The two hashes are
 * those of the style elements that the chart library makes when it is loaded: an empty one, which it fills rule by rule, and that of its
 * maps. The second changes with the version of the library; a browser's console then names the new one.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-2GF9hCGTDj/GGFNlQA54jDdMGl2fvoeZmZjAvBSiAtM='",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The headers of every answer of the site, errors too, whichever server gives it. `no-cache` lets browsers keep a file but ask by its
 * ETag each time, so that a page that was just published shows.
 */
export const siteHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};
