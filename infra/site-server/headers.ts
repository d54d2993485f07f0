import { CHART_STYLES } from '../../common/chart-styles.ts';

/**
 * A page may use scripts, styles, images, fonts and data of the site only. So chat text that got into a page as markup cannot run, load,
 * draw or send anything. Of other styles, exactly those of the chart library are allowed.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${CHART_STYLES.elements.join(' ')}`,
  `style-src-attr 'unsafe-hashes' ${CHART_STYLES.attributes.join(' ')}`,
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
