using Microsoft.AspNetCore.Mvc.ModelBinding;
using Vaguemestre.Core;

namespace Vaguemestre.Web.Components;

/// <summary>Puts what Core refuses into the error summary, each reason at the field of the page that it is about.</summary>
public static class Problems
{
    /// <param name="errors">The page's model state.</param>
    /// <param name="problem">What Core answered.</param>
    /// <param name="fieldOf">The page's name of a field of Core's; empty for what belongs to no field.</param>
    public static void Add(this ModelStateDictionary errors, Problem problem, Func<string, string> fieldOf)
    {
        if (problem.Errors.Count == 0)
            errors.AddModelError("", problem.Message);
        foreach (var error in problem.Errors)
            errors.AddModelError(fieldOf(error.Field), error.Message);
    }
}
