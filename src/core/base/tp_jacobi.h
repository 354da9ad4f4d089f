/*
 * tp_jacobi.h
 *	  Eigenvalues and eigenvectors of a symmetric matrix.
 *
 * C. G. J. Jacobi, "Über ein leichtes Verfahren, die in der Theorie der Säcularstörungen
 * vorkommenden Gleichungen numerisch aufzulösen", Crelle's Journal 30 (1846); cyclic by rows, with
 * the rotations of H. Rutishauser, "The Jacobi method for real symmetric matrices", Numerische
 * Mathematik 9 (1966).
 */
#ifndef TP_JACOBI_H
#define TP_JACOBI_H

#include <stdbool.h>

/*
 * a: n x n, symmetric; on return its diagonal holds the eigenvalues, in no order, and the rest
 * nothing of use. v: n x n, on return the eigenvectors as columns. Both row by row. False when a
 * does not converge, which finite symmetric input always does.
 */
extern bool tp_jacobi(int n, double *a, double *v);

#endif							/* TP_JACOBI_H */
