/** What we use of those packages of Vega that bring no types of their own. */
declare module "vega-dataflow" {
  export const transforms: { [name: string]: unknown };
}
declare module "vega-encode";
declare module "vega-transforms";
declare module "vega-view-transforms";
declare module "vega-parser" {
  export function parse(spec: object, config: undefined, options: { ast: boolean }): object;
}
declare module "vega-view" {
  export class View {
    constructor(runtime: object, options: { [name: string]: unknown });
    initialize(el: HTMLElement): this;
    runAsync(): Promise<this>;
    origin(): [left: number, top: number];
    padding(): { left: number; top: number };
    data(name: string, values: object[]): this;
    signal(name: string): unknown;
    signal(name: string, value: unknown): this;
    scale(name: string): unknown;
    toSVG(): Promise<string>;
    toCanvas(scale: number): Promise<HTMLCanvasElement>;
    finalize(): this;
  }
}
