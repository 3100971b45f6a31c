/** The letters of ULIDs, each worth its index (Crockford's base 32): no I, L, O and U. */
export const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
