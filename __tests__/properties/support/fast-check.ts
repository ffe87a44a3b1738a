import fc from "fast-check";

// The everyday suite is the same on every run: what it finds can be found again, and nobody's change fails by chance.
fc.configureGlobal({ seed: 20_261_124 });

export default fc;
