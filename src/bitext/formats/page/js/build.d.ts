/** Set by tests/browser/build.mjs: whether the page shows suggestions of a memory. */
declare var MATCHES: boolean | undefined;
