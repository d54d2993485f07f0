/**
 * What a page of the site may do: run the scripts and show the styles, pictures and fonts that lie beside it, and read data from there.
 * Nothing else, so that chat text which found its way into a page as markup could not run, load, draw or send anything. The one hash is
 * that of an empty style element, which the chart library makes for itself.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
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
