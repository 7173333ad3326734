/* What the built library is to the type checker: the packages that it was built from. */
export * from "@codemirror/autocomplete";
export * from "@codemirror/commands";
export * from "@codemirror/merge";
export * from "@codemirror/search";
export * from "@codemirror/state";
export * from "@codemirror/view";
