/**
 * A value that follows from others, made once for each set of them: it is made again only when an input is another one than the
 * last time. Inputs are compared by identity, so lists must be replaced, not changed in place.
 */
export class Derived<I extends readonly unknown[], T> {
  private known: { readonly inputs: I; readonly value: T } | undefined;

  constructor(
    private readonly inputs: () => I,
    private readonly make: (inputs: I) => T,
  ) {}

  get value(): T {
    const inputs = this.inputs();
    const { known } = this;
    const same =
      known?.inputs.length === inputs.length && known.inputs.every((input, at) => Object.is(input, inputs[at]));
    if (known && same) return known.value;
    const value = this.make(inputs);
    this.known = { inputs, value };
    return value;
  }
}
