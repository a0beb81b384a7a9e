/* A shared library that is no plugin. */
int syncline_no_entry(void);
int syncline_no_entry(void) { return 0; }
